import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ROOM_BYTES = 4e9

/**
 * What tests write goes to memory where it has room: a store is hundreds of small files, and each test file has its own.
 * Workers take the variable from here.
 */
export default function setup(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || roomIn(MEMORY) < ROOM_BYTES) return undefined
  const folder = mkdtempSync(join(MEMORY, 'driftgauge-tests-'))
  // PostgreSQL does not run as root: as another user it has to get to its directory.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  // Servers and browsers that end with their worker may still write for a moment.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}

function roomIn(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return 0
  }
}
