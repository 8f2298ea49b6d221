import { z } from 'zod'
import { route } from '../route.ts'

export const backupRoutes = {
  createBackup: route({
    method: 'post',
    path: '/backup',
    tag: 'Backup',
    summary: 'Stream a backup of everything',
    description:
      'For `driftgauge backup`, of the same release, which checks what arrives and writes it to files. The answer holds ' +
      'all secrets that are stored: of channels, and the hashes of keys. One backup at a time.',
    scope: 'admin',
    audited: 'backup',
    streamed: 'application/octet-stream',
    answers: { 200: z.string() },
    problems: [409],
  }),
}
