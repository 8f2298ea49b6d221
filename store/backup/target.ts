import { setTimeout } from 'node:timers/promises'
import { countRows } from '../../control/backup/rows.ts'
import { BACKED_UP_TABLES } from '../../control/backup/tables.ts'
import type { Control } from '../../control/database/control.ts'
import { appliedControlMigrations } from '../../control/database/migrations.ts'
import type { Store } from '../engine/client.ts'
import { StoreError } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { dropSilver, modelOfTable } from '../events/silver.ts'
import { unfinishedRestore } from '../installation.ts'
import { findLegacyTables } from '../legacy/read.ts'
import { appliedMigrations } from '../schema/migrations.ts'
import type { Manifest } from './manifest.ts'
import { SHARED_TABLES } from './tables.ts'

/** How an earlier restore that was interrupted left the installation; `control_filled` of this very backup. */
export type Target = 'empty' | 'partly_filled' | 'control_filled'

/** In `imports`, the control database notes of which backup it is. */
export const RESTORED = 'backup'

/** A running service gives a sign of life more often. */
const SIGN_OF_LIFE_MS = 7_000

const FILLED_BY_VIEWS = ['newest_windows']
const ELSEWHERE =
  'A backup is restored into an empty installation only: set DRIFTGAUGE_DATA to a new directory and, if you use them, ' +
  'CLICKHOUSE_URL and DATABASE_URL to empty databases.'

/** Makes sure that nothing is lost or mixed up by a restore. Throws {@link StoreError} with what to do. */
export async function checkTarget(store: Store, manifest: Manifest): Promise<Target> {
  await refuseOtherTables(store, manifest)
  if (await isInUse(store.control))
    throw new StoreError('A service is using this installation. Stop all processes of it, then restore.')
  const tables = await tablesOf(store)
  const unfinished = tables.has('installation') ? await unfinishedRestore(store) : undefined
  const filled = await filledControlTables(store.control)
  if (unfinished !== undefined && (await isRestoredFrom(store.control, unfinished))) {
    if (unfinished === manifest.id) return 'control_filled'
    throw new StoreError(
      `A restore of the backup ${unfinished} was interrupted at its end. Run it again to finish it. ${ELSEWHERE}`,
    )
  }
  if (filled.length > 0)
    throw new StoreError(`The control database is not empty: ${filled.join(', ')} have rows. ${ELSEWHERE}`)
  if (unfinished !== undefined) return 'partly_filled'
  const used = [...tables].filter(
    ([name, n]) => modelOfTable(name) !== undefined || (isShared(name) && n > 0),
  )
  if (used.length > 0 || (await findLegacyTables(store)).length > 0)
    throw new StoreError(`ClickHouse is not empty: it holds data of Driftgauge. ${ELSEWHERE}`)
  return 'empty'
}

/** Removes what an interrupted restore has filled. */
export async function clearTarget(store: Store): Promise<void> {
  const names = [...(await tablesOf(store)).keys()]
  for (const model of new Set(names.map(modelOfTable)))
    if (model !== undefined) await dropSilver(store, model)
  for (const name of names)
    if (isShared(name)) await store.rollup.command({ query: `TRUNCATE TABLE ${identifier(name)}` })
}

const isShared = (name: string) =>
  SHARED_TABLES.some((table) => table.name === name) || FILLED_BY_VIEWS.includes(name)

/** Rows of each table of ClickHouse, replaced ones included. */
async function tablesOf({ read }: Store): Promise<Map<string, number>> {
  const found = await rows<{ name: string; n: number }>(
    read,
    `SELECT name, toUInt64(coalesce(total_rows, 0)) AS n FROM system.tables
     WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')`,
  )
  return new Map(found.map(({ name, n }) => [name, n]))
}

async function refuseOtherTables(store: Store, manifest: Manifest): Promise<void> {
  const [{ n }] = await rows<{ n: number }>(
    store.read,
    `SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND name = ${literal('migrations')}`,
  )
  const applied = n === 0 ? 0 : await appliedMigrations(store)
  const control = await appliedControlMigrations(store.control)
  // An interrupted restore or start has made some of them.
  if (applied <= manifest.clickhouse_migrations && control.length === manifest.control_migrations.length)
    return
  throw new StoreError(
    `The backup was made by an earlier release (${manifest.release}), and the tables here are those of a later one. ${ELSEWHERE}`,
  )
}

async function filledControlTables(control: Control): Promise<string[]> {
  const filled: string[] = []
  for (const table of BACKED_UP_TABLES)
    // Starts of a service that has done nothing count up.
    if (table !== 'counters' && (await countRows(control, table)) > 0) filled.push(table)
  return filled
}

async function isRestoredFrom(control: Control, backup: string): Promise<boolean> {
  const found = await control
    .selectFrom('imports')
    .select('name')
    .where('name', '=', RESTORED)
    .where('backup', '=', backup)
    .execute()
  return found.length > 0
}

/** Whether a process renews its lease. */
async function isInUse(control: Control): Promise<boolean> {
  const read = () =>
    control.selectFrom('leases').select(['name', 'holder', 'token', 'beat']).orderBy('name').execute()
  const before = await read()
  if (before.every(({ holder }) => holder === '')) return false
  await setTimeout(SIGN_OF_LIFE_MS)
  return JSON.stringify(await read()) !== JSON.stringify(before)
}
