import { readErasedIds, type ErasedIds } from '../../control/erasure/erased-ids.ts'
import { isRecord } from '../../domain/json.ts'
import { eraseRows } from '../../store/erasure/erase-rows.ts'
import type { Store } from '../../store/engine/client.ts'
import { parseText } from '../decode/fields.ts'
import { parsed, type ParsedRecord, type RawRecord } from './raw-record.ts'

function idOf(record: ParsedRecord): string | undefined {
  return 'value' in record && isRecord(record.value) ? parseText(record.value.id) : undefined
}

export function hasErasedId(record: ParsedRecord, erasedIds: ErasedIds): boolean {
  return erasedIdOf(record, erasedIds) !== undefined
}

function erasedIdOf(record: ParsedRecord, { has, revision }: ErasedIds): string | undefined {
  if (revision === 0) return undefined
  const id = idOf(record)
  return id !== undefined && has(id) ? id : undefined
}

/** The erased ids of these records. */
export const erasedAmong = (records: readonly RawRecord[], erasedIds: ErasedIds): string[] =>
  records.flatMap((record) => erasedIdOf(parsed(record), erasedIds) ?? [])

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
