import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PostgresAdapter, sql } from 'kysely'
import type { Control } from '../database/control.ts'
import { openSqlite } from '../database/open.ts'

/** The control database as it was at one moment. */
export interface ControlSnapshot {
  control: Control
  close(): Promise<void>
}

/**
 * Takes a snapshot, beside which the database is used as before. Of PostgreSQL it is a transaction; of SQLite, which has
 * a single connection here, a copy in `directory`.
 */
export function openControlSnapshot(control: Control, directory: string): Promise<ControlSnapshot> {
  return control.getExecutor().adapter instanceof PostgresAdapter
    ? beginReading(control)
    : copy(control, directory)
}

async function beginReading(control: Control): Promise<ControlSnapshot> {
  const transaction = await control
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute()
  // The first statement fixes what the transaction sees.
  await sql`SELECT 1`.execute(transaction)
  return { control: transaction, close: () => transaction.rollback().execute() }
}

async function copy(control: Control, directory: string): Promise<ControlSnapshot> {
  const path = join(directory, `control-${randomUUID()}.db`)
  const remove = async () => {
    for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true })
  }
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    // SQLite fills an empty file, and would give a new one wider permissions.
    await writeFile(path, '', { mode: 0o600, flag: 'wx' })
    await sql`VACUUM INTO ${path}`.execute(control)
    const opened = openSqlite(path)
    return {
      control: opened,
      async close() {
        await opened.destroy()
        await remove()
      },
    }
  } catch (cause) {
    await remove()
    throw cause
  }
}
