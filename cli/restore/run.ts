import { mkdir } from 'node:fs/promises'
import { ConfigError, readConfig, type Environment } from '../../config.ts'
import { insertAudit } from '../../control/declared/audit.ts'
import { announcedService } from '../../service/announcement.ts'
import { dataDirectories, keepPrivate } from '../../service/private-directories.ts'
import { filesOf, openBackup, verifyBackup } from '../../store/backup/open-backup.ts'
import { restoreBackup } from '../../store/backup/restore.ts'
import { openStore } from '../../store/engine/client.ts'
import { progressBar } from '../shared/progress.ts'
import { say } from '../shared/print.ts'
import { plural } from '../shared/text.ts'
import { holdPending, type Held } from './hold-pending.ts'

/** Fills the configured installation from a backup, and says what happens to messages that were pending. */
export async function restore(
  environment: Environment,
  directory: string,
  sendPending: boolean,
): Promise<void> {
  const config = readConfig(environment)
  const running = await announcedService(config)
  if (running !== undefined)
    throw new ConfigError(
      `The service at ${running} uses the data directory. Stop it, or set DRIFTGAUGE_DATA to a new directory.`,
    )
  const backup = await openBackup(directory)
  const { manifest } = backup
  const progress = progressBar()
  try {
    await verify()
    await mkdir(config.spool, { recursive: true, mode: 0o700 })
    await keepPrivate(dataDirectories(config))
    const store = await openStore(config.store, config.control, {
      ...config,
      controlMigrations: manifest.control_migrations,
    })
    let held: Held | undefined
    try {
      let done = 0
      const total = manifest.tables.reduce((sum, { rows }) => sum + rows, 1)
      const now = new Date()
      await restoreBackup({
        store,
        backup,
        spool: config.spool,
        now,
        async settle(transaction) {
          if (!sendPending) held = await holdPending({ ...store, control: transaction }, now)
          await insertAudit(transaction, { ...AUDITED, at: now, name: manifest.id })
        },
        onRows: (rows, table) => progress.update((done += rows), total, `restoring ${table}`),
      })
    } finally {
      await store.close()
    }
    progress.stop()
    for (const line of reportOf(manifest.created_at, held)) say(line)
  } finally {
    progress.stop()
  }

  async function verify(): Promise<void> {
    let done = 0
    const total = filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 1)
    await verifyBackup(backup, (bytes) => progress.update((done += bytes), total, 'checking files'))
  }
}

const AUDITED = {
  actor: 'driftgauge restore',
  action: 'restore',
  subject: 'backup',
  requestId: '',
  before: '',
  after: '',
  detail: '',
}

function reportOf(createdAt: string, held: Held | undefined): string[] {
  const lines = [`Restored the state of ${createdAt}. Start the service with the same settings.`]
  if (held === undefined)
    return [...lines, 'Pending messages and retraining requests will be sent when the service starts.']
  const { messages, retrainings } = held
  if (messages + retrainings === 0) return [...lines, 'No messages or retraining requests were pending.']
  return [
    ...lines,
    `Not sent, as the original may have sent them since: ${plural(messages, 'pending message')}, ${plural(retrainings, 'retraining request')}.`,
    ...(messages > 0
      ? ['To send the messages, start the service and run "driftgauge deliveries replay --all".']
      : []),
    ...(retrainings > 0
      ? ['To send the requests, start the service and run "driftgauge retrain replay ID" for each.']
      : []),
  ]
}
