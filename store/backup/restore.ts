import { join } from 'node:path'
import { insertRows, type ControlRow } from '../../control/backup/rows.ts'
import type { Control } from '../../control/database/control.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { StoreError } from '../engine/errors.ts'
import { gunzippedLines } from '../engine/gunzipped-lines.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { addColumn, syncSilver } from '../events/silver.ts'
import { beginRestore, endRestore } from '../installation.ts'
import { migrate } from '../schema/migrations.ts'
import { insertNative } from './insert-native.ts'
import type { ClickHouseTable, ControlTable } from './manifest.ts'
import type { Backup } from './open-backup.ts'
import { checkTarget, clearTarget, RESTORED } from './target.ts'
import { SHARED_TABLES } from './tables.ts'

export interface RestoreRequest {
  /** Opened with the migrations of the backup. */
  store: Store
  backup: Backup
  /** For links to the files that are read. */
  spool: string
  now: Date
  /** Done in the transaction that fills the control database, after everything else. */
  settle: (transaction: Control) => Promise<void>
  onRows?: (rows: number, table: string) => void
}

/**
 * Fills an empty installation from a backup that was verified. ClickHouse comes first, marked so that no service starts
 * on it; then the control database in one transaction; then both belong together. Killed before that, it can run again.
 * Throws {@link StoreError} where the installation is not empty.
 */
export async function restoreBackup(request: RestoreRequest): Promise<void> {
  const { store, backup, now } = request
  const { manifest } = backup
  const target = await checkTarget(store, manifest)
  if (target !== 'control_filled') {
    await migrate(store, now, manifest.clickhouse_migrations)
    await beginRestore(store, manifest.id)
    if (target === 'partly_filled') await clearTarget(store)
    await fillClickHouse(request)
    await fillControl(request)
  }
  await endRestore(store)
}

const isClickHouse = (table: { database: string }): table is ClickHouseTable =>
  table.database === 'clickhouse'
const isControl = (table: { database: string }): table is ControlTable => table.database === 'control'

async function fillClickHouse({ store, backup, spool, onRows }: RestoreRequest): Promise<void> {
  const { directory, manifest } = backup
  for (const model of await modelsOf(backup)) await syncSilver(store, model)
  for (const { name, columns, files, rows: expected } of manifest.tables.filter(isClickHouse)) {
    await fitColumns(store, name, columns)
    for (const file of files) {
      const names = columns.map((column) => column.name)
      await insertNative(store, { table: name, columns: names, path: join(directory, file.name) }, spool)
      onRows?.(file.rows, name)
    }
    const stored = await countStored(store, name)
    if (stored !== expected)
      throw new StoreError(
        `${stored} rows of ${name} were restored instead of ${expected}. Something else writes to this ClickHouse, ` +
          'or its version is another one. Stop it, and run the restore again.',
      )
  }
}

async function modelsOf(backup: Backup): Promise<Model[]> {
  const models: Model[] = []
  const table = backup.manifest.tables.filter(isControl).find(({ name }) => name === 'models')
  if (table === undefined) return models
  for await (const batch of readTable(backup, table))
    models.push(...batch.map(({ document }) => JSON.parse(String(document)) as Model))
  return models
}

/** Adds columns of features that were no longer declared. */
async function fitColumns(store: Store, table: string, columns: ClickHouseTable['columns']): Promise<void> {
  const found = await rows<{ name: string }>(
    store.read,
    `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ${literal(table)}`,
  )
  if (found.length === 0)
    throw new StoreError(`The backup holds the table ${table}, which nothing here needs.`)
  for (const column of columns)
    if (!found.some(({ name }) => name === column.name)) await addColumn(store, table, column)
}

async function countStored({ read }: Store, table: string): Promise<number> {
  const isWhole = SHARED_TABLES.some(({ name, final }) => name === table && !final)
  const from = `${identifier(table)}${isWhole ? '' : ' FINAL'}`
  const [{ n }] = await rows<{ n: number }>(read, `SELECT count() AS n FROM ${from}`)
  return n
}

async function fillControl({ store, backup, now, settle, onRows }: RestoreRequest): Promise<void> {
  await store.control.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('counters').execute()
    for (const table of backup.manifest.tables.filter(isControl))
      for await (const batch of readTable(backup, table)) {
        await insertRows(transaction, table.name, batch)
        onRows?.(batch.length, table.name)
      }
    await transaction.deleteFrom('imports').where('name', '=', RESTORED).execute()
    await transaction
      .insertInto('imports')
      .values({ name: RESTORED, at: now.getTime(), backup: backup.manifest.id, counts: '{}' })
      .execute()
    await settle(transaction)
  })
}

const BATCH = 500

async function* readTable({ directory }: Backup, { files }: ControlTable): AsyncGenerator<ControlRow[]> {
  for (const { name } of files) {
    let batch: ControlRow[] = []
    for await (const line of gunzippedLines(join(directory, name))) {
      batch.push(JSON.parse(line) as ControlRow)
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
}
