import type { Fence } from '../../control/alerting/insert-alert-events.ts'
import { noteEventsDeleted } from '../../control/retention/deleted-events.ts'
import type { Store } from '../engine/client.ts'
import { instant, literal } from '../engine/sql.ts'
import { mutate } from '../erasure/mutate.ts'
import type { OldRows } from './old-rows.ts'
import { SHARED_TABLES, type SharedTable } from './shared-tables.ts'

/** Owners whose rows one statement deletes. */
const OWNERS_AT_ONCE = 500

/** Deletes the months of events that were found to be old. Cut off anywhere, it goes on where it is called again. */
export async function deleteOldMonths(
  store: Store,
  { model, before, months }: OldRows,
  fence: Fence,
): Promise<void> {
  if (before === undefined || months.length === 0) return
  await noteEventsDeleted(store.control, { model, before, fence })
  for (const { table, partition } of months)
    await store.shards.each((client) =>
      client.command({
        query: `ALTER TABLE ${store.shards.local(table)} DROP PARTITION ${literal(partition)}`,
      }),
    )
  await mutate(store, `label_index_${model}`, `DELETE WHERE hour < ${instant(before)}`)
}

/** Deletes the rows of the shared tables that were found to be old, of all models together: each change rewrites parts. */
export async function deleteOldShared(store: Store, found: readonly OldRows[]): Promise<void> {
  for (const table of SHARED_TABLES) {
    const conditions = found.flatMap((old) => conditionsOf(table, old))
    for (let start = 0; start < conditions.length; start += OWNERS_AT_ONCE)
      await mutate(
        store,
        table.name,
        `DELETE WHERE ${conditions.slice(start, start + OWNERS_AT_ONCE).join(' OR ')}`,
      )
  }
}

function conditionsOf(table: SharedTable, { before, shared }: OldRows): string[] {
  if (before === undefined) return []
  return shared
    .filter((one) => one.table === table)
    .map(({ owner }) => `(${table.owner} = ${literal(owner)} AND ${table.time} < ${instant(before)})`)
}
