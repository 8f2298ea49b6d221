import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Control } from '../../control/database/control.ts'
import { ControlUnavailable } from '../../control/database/errors.ts'
import type { Store } from '../engine/client.ts'
import { backupPath, noteLeftOut, readBackup, writeBackup, type LegacyBatch } from './backup.ts'
import { alertImporters } from './import-alerts.ts'
import { changeImporters } from './import-changes.ts'
import { declaredImporters } from './import-declared.ts'
import type { Import, Importer } from './importer.ts'
import { findLegacyTables, readLegacyTable, type ReadableTable } from './read.ts'
import { newTally, tallyOf, type Tally } from './tally.ts'
import type { LegacyName, LegacyRow } from './tables.ts'

/** Under this name the control database knows that the tables were imported. */
const NAME = 'ClickHouse'
/** A process that imports keeps the others waiting for longer than a statement may take. */
const ATTEMPTS = 30
const PAUSE_MS = 2_000

export interface LegacyImport extends Tally {
  /** Path of the file that holds all that was read. */
  backup: string
}

export interface LegacyImportOptions {
  /** Where the backup goes. */
  directory: string
  now: Date
}

/**
 * Takes over the control state that an earlier release kept in ClickHouse: once, all or nothing, whichever process comes
 * first. What the control database has already stays as it is. Returns undefined where there is nothing to do.
 */
export async function importLegacy(
  store: Store,
  { directory, now }: LegacyImportOptions,
): Promise<LegacyImport | undefined> {
  if (await wasImported(store.control)) return undefined
  const tables = await findLegacyTables(store)
  if (tables.length === 0) return undefined
  const backup = backupPath(directory, now)
  const imported = await backUpAndImport(store, tables, backup, now).catch(async (cause: unknown) => {
    await rm(backup, { force: true })
    throw cause
  })
  if (imported === undefined) await rm(backup, { force: true })
  return imported
}

async function wasImported(control: Control): Promise<boolean> {
  const found = await control.selectFrom('imports').select('name').where('name', '=', NAME).execute()
  return found.length > 0
}

async function backUpAndImport(
  store: Store,
  tables: readonly ReadableTable[],
  backup: string,
  now: Date,
): Promise<LegacyImport | undefined> {
  await writeBackup(backup, readTables(store, tables))
  for (let attempt = 1; ; attempt++) {
    try {
      return await importOnce(store.control, backup, now)
    } catch (error) {
      if (!(error instanceof ControlUnavailable) || attempt === ATTEMPTS) throw error
      await setTimeout(PAUSE_MS)
    }
  }
}

/** Imports from the backup, which is at hand for as long as the transaction takes. */
function importOnce(control: Control, backup: string, now: Date): Promise<LegacyImport | undefined> {
  return control.transaction().execute(async (transaction) => {
    if (!(await begin(transaction, backup, now))) return undefined
    const tally = newTally()
    await importBackup({ control: transaction, tally }, backup)
    await noteLeftOut(backup, tally.leftOut)
    const counts = JSON.stringify({ tables: tally.tables, leftOut: tally.leftOut.length })
    await transaction.updateTable('imports').set({ counts }).where('name', '=', NAME).execute()
    return { ...tally, backup }
  })
}

async function* readTables(store: Store, tables: readonly ReadableTable[]): AsyncGenerator<LegacyBatch> {
  for (const readable of tables)
    for await (const rows of readLegacyTable(store, readable)) yield { table: readable.table.name, rows }
}

/** Marks the import as done when the transaction is; false where another process, which is waited for, has done it. */
async function begin(control: Control, backup: string, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await control
    .insertInto('imports')
    .values({ name: NAME, at: now.getTime(), backup, counts: '{}' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

async function importBackup(to: Import, backup: string): Promise<void> {
  const importers: { [Name in LegacyName]: Importer<LegacyRow<Name>> } = {
    ...declaredImporters(to),
    ...alertImporters(to),
    ...changeImporters(to),
  }
  let current: LegacyName | undefined
  for await (const { table, rows } of readBackup(backup)) {
    if (current !== undefined && current !== table) await importers[current].end?.()
    current = table
    tallyOf(to.tally, table).read += rows.length
    await (importers[table] as Importer<LegacyRow>).add(rows)
  }
  if (current !== undefined) await importers[current].end?.()
}
