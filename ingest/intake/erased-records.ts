import { readErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import { isRecord } from '../../domain/json.ts'
import { eraseRows } from '../../store/erasure/erase-rows.ts'
import type { Store } from '../../store/engine/client.ts'
import { parseText } from '../decode/fields.ts'

/** @param record with a `value` where it could be parsed */
function idOf(record: object): string | undefined {
  return 'value' in record && isRecord(record.value) ? parseText(record.value.id) : undefined
}

export function hasErasedId(record: object, { has, revision }: ErasedIds): boolean {
  if (revision === 0) return false
  const id = idOf(record)
  return id !== undefined && has(id)
}

/** The erased ids of these records. */
export const erasedAmong = (records: readonly object[], erasedIds: ErasedIds): string[] =>
  records.filter((record) => hasErasedId(record, erasedIds)).map((record) => idOf(record)!)

/**
 * Erases what was stored of ids that have been erased since `before`. Whoever erases an id remembers it before deleting its
 * rows: they delete what was stored before that, and this finds what was stored after.
 */
export async function eraseMeanwhile(
  { store, model, now }: { store: Store; model: string; now: Date },
  before: ErasedIds,
  among: (erasedIds: ErasedIds) => string[] | Promise<string[]>,
): Promise<void> {
  const erasedIds = await readErasedIds(store.control, model)
  if (erasedIds.revision === before.revision) return
  const ids = await among(erasedIds)
  if (ids.length > 0) await eraseRows(store, model, ids, now)
}
