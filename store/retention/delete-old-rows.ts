import type { Control } from '../../control/database/control.ts'
import { noteEventsDeleted } from '../../control/retention/deleted-events.ts'
import type { Store } from '../engine/client.ts'
import { instant, identifier, literal } from '../engine/sql.ts'
import { mutate } from '../erasure/mutate.ts'
import type { OldRows } from './old-rows.ts'

/** Deletes what was found to be old. Cut off anywhere, it goes on where it is called again. */
export async function deleteOldRows(
  store: Store,
  { model, kind, before, months, shared }: OldRows,
  fence: (transaction: Control) => Promise<void>,
): Promise<void> {
  if (before === undefined || (months.length === 0 && shared.length === 0)) return
  if (kind === 'events') await noteEventsDeleted(store.control, { model, before, fence })
  for (const { table, partition } of months)
    await store.rollup.command({
      query: `ALTER TABLE ${identifier(table)} DROP PARTITION ${literal(partition)}`,
    })
  if (months.length > 0) await mutate(store, `label_index_${model}`, `DELETE WHERE hour < ${instant(before)}`)
  for (const { table, owner } of shared)
    await mutate(
      store,
      table.name,
      `DELETE WHERE ${table.owner} = ${literal(owner)} AND ${table.time} < ${instant(before)}`,
    )
}
