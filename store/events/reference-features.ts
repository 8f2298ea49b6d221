import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import { array, hourLiteral, identifier, literal } from '../engine/sql.ts'
import { markDirty } from './dirty-hours.ts'
import { belongsTo } from './served.ts'
import { referenceColumns, silverTables } from './silver.ts'

/** Writes features that were computed offline, each row a JSON array in the order of {@link referenceColumns}. */
export async function insertReferenceFeatures(
  store: Store,
  model: Model,
  lines: readonly string[],
): Promise<void> {
  const columns = referenceColumns(model).map(({ name }) => identifier(name))
  await insertEncoded(store.ingest, silverTables(model.name).reference, columns, lines)
}

/** A row by what it is joined with predictions by. */
export interface ReferencePlace {
  id: string
  /** Start of the hour of its prediction, milliseconds since 1970; undefined where the row does not say. */
  hour: number | undefined
}

/** Ids that one statement names. */
const IDS_AT_ONCE = 5_000

/**
 * Has the hours of the predictions that reference rows belong to counted again. To be called once the rows are stored: a
 * prediction that comes later marks its own hour, and finds them. Rows of which this was cut off were not acknowledged.
 */
export async function markServedHours(
  store: Store,
  model: string,
  places: readonly ReferencePlace[],
  now: Date,
): Promise<void> {
  const hours = new Set<number>()
  for (let start = 0; start < places.length; start += IDS_AT_ONCE) {
    const part = places.slice(start, start + IDS_AT_ONCE)
    const named = part.filter(({ hour }) => hour !== undefined)
    const unnamed = part.filter(({ hour }) => hour === undefined)
    const among = [...new Set(named.map(({ hour }) => hour!))]
    for (const hour of await servedHours(store, model, named, among)) hours.add(hour)
    for (const hour of await servedHours(store, model, unnamed)) hours.add(hour)
  }
  if (hours.size === 0) return
  const found = [...hours].sort((a, b) => a - b).map((hour) => new Date(hour))
  await markDirty(store, model, ['predictions'], found, now)
}

async function servedHours(
  store: Store,
  model: string,
  places: readonly ReferencePlace[],
  among?: readonly number[],
): Promise<number[]> {
  if (places.length === 0) return []
  const ids = array(
    places.map(({ id }) => literal(id)),
    'String',
  )
  const only =
    among === undefined ? '1' : `hour IN (${among.map((hour) => hourLiteral(new Date(hour))).join(', ')})`
  const found = await rows<{ at: number }>(
    store.ingest,
    `SELECT DISTINCT toUnixTimestamp(hour) AS at FROM ${silverTables(model).labelIndex}
     WHERE hash IN (SELECT sipHash64(arrayJoin(${ids}))) AND ${belongsTo(undefined)} AND ${only}`,
  )
  return found.map(({ at }) => at * 1000)
}
