import type { ColumnProfile } from './binning.ts'
import { unfoldScores } from './class-scores.ts'
import { decodeFloats } from '../engine/floats.ts'
import { envelope, inSpans, type HourSpan } from './hour-spans.ts'
import { labelledRows } from '../events/labels.ts'
import { allPredictionsBetween } from '../events/predictions.ts'
import { belongsTo } from '../events/served.ts'
import { onShards } from '../events/silver.ts'
import { magnitudeSelect, profileSelect, type BinnedColumn } from './profile-sql.ts'
import { streamOf } from './profiles.ts'
import { rows } from '../engine/query.ts'
import type { SegmentRows } from './segment-sql.ts'
import type { Store } from '../engine/client.ts'

export interface CountQuery {
  model: string
  column: BinnedColumn
  spans: readonly HourSpan[]
  /** Only rows of this version of the model. */
  version?: string | undefined
  /** Only rows of this segment. */
  segment?: SegmentRows | undefined
}

/** A profile with the size that its sums had before positive and negative terms cancelled out. */
export interface CountedProfile extends ColumnProfile {
  /** Per slot, the sum of the absolute values of `x - centre`. Of a categorical column empty. */
  magnitudes: readonly number[]
}

/** The stored rows that the query is about, as a table expression with a condition; undefined where it names no hours. */
export function rowsOfColumn(
  store: Pick<Store, 'shards'>,
  { model, column, spans, version, segment }: CountQuery,
): string | undefined {
  const whole = envelope(spans)
  if (whole === undefined) return undefined
  const isLabel = streamOf(column.role) === 'labels'
  const { from, to } = whole
  const source = onShards(store, model, (tables) =>
    isLabel
      ? labelledRows(model, from, to, inSpans('hour', spans), segment?.sources, tables)
      : unfoldScores(allPredictionsBetween(model, from, to, tables), [column]),
  )
  const conditions = [
    inSpans(isLabel ? 'hour' : 'toStartOfHour(ts)', spans),
    belongsTo(version),
    ...(segment === undefined ? [] : [segment.condition]),
  ]
  return `${source} WHERE ${conditions.join(' AND ')}`
}

/** Counts one column anew from the stored predictions and labels themselves; undefined where there are none. */
export async function countColumn(store: Store, query: CountQuery): Promise<CountedProfile | undefined> {
  const { column } = query
  const from = rowsOfColumn(store, query)
  if (from === undefined) return undefined
  const [found] = await rows<{ counts: number[]; sums: (number | null)[]; squares: number | null }>(
    store.read,
    profileSelect(from, [column], {}),
  )
  if (!found.counts.some((count) => count > 0)) return undefined
  const [{ magnitudes }] = await rows<{ magnitudes: (number | null)[] }>(
    store.read,
    magnitudeSelect(from, column),
  )
  return {
    counts: found.counts,
    sums: decodeFloats(found.sums),
    squares: decodeFloats([found.squares])[0],
    magnitudes: decodeFloats(magnitudes),
  }
}
