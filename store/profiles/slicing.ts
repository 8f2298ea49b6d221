import type { Store } from '../engine/client.ts'
import { belongsTo } from '../events/served.ts'
import { inSpans, type HourSpan } from './hour-spans.ts'
import { rows } from '../engine/query.ts'
import { array, literal } from '../engine/sql.ts'

/** What tells rows apart besides their columns, and which of it is wanted. The whole model is the segment ''. */
export type Slicing = { by: 'segment' | 'version'; only: readonly string[] }

export const WHOLE_MODEL: Slicing = { by: 'segment', only: [''] }

/** The condition on the profiles of some slices, of one version where it is given. Shadow traffic counts for versions only. */
export function ofSlices({ by, only }: Slicing, version?: string): string {
  const among = `${by} IN (${array(only.map(literal), 'String')})`
  return by === 'segment' ? `${among} AND ${belongsTo(version)}` : `segment = '' AND ${among}`
}

export interface SliceRows {
  slice: string
  rows: number
  /** Those of them that are shadow traffic: none of a segment. */
  shadow: number
}

/**
 * The segments that have rows in some hours, or the versions of the model, those with most rows first. Rows without a
 * version are of none, and the whole model is no segment.
 */
export async function countSlices(
  store: Store,
  { model, binning, spans }: { model: string; binning: string; spans: readonly HourSpan[] },
  by: Slicing['by'],
  limit: number,
): Promise<SliceRows[]> {
  const scope = `model = ${literal(model)} AND binning = ${literal(binning)} AND part = 'predictions'
    AND ${inSpans('hour', spans)}`
  // Any column of the predictions has all their rows.
  const column = `SELECT min((role, column)) FROM binnings
    WHERE model = ${literal(model)} AND binning = ${literal(binning)} AND role != 'label'`
  // An alias of the same name would stand for the column in the condition as well.
  const found = await rows<{ slice: string; rows: number; unserved: number }>(
    store.read,
    `SELECT ${by} AS slice, sum(arraySum(counts)) AS rows,
       sumIf(arraySum(counts), shadow = 1) AS unserved FROM profiles
     WHERE ${scope} AND ${by === 'segment' ? `segment != '' AND ${belongsTo(undefined)}` : `segment = '' AND version != ''`}
       AND (role, column) = (${column})
       AND (hour, generation) IN (SELECT hour, max(generation) FROM hours WHERE ${scope} GROUP BY hour)
     GROUP BY slice ORDER BY rows DESC, slice LIMIT ${Math.trunc(limit)}`,
  )
  return found.map(({ unserved, ...one }) => ({ ...one, shadow: unserved }))
}
