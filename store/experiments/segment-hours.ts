import type { Experiment } from '../../control/declared/experiment.ts'
import { featureSource, type Model } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { array, instant, literal } from '../engine/sql.ts'
import { onShards } from '../events/silver.ts'
import { segmentText } from '../profiles/segment-sql.ts'
import { MAX_SEGMENT_VALUES } from '../profiles/segments.ts'
import { isVersion, lossRows, type Side } from './hours.ts'
import { hourSums } from './loss-sql.ts'

/** One value of a segment column, or null for rows without a value. */
export interface SegmentValue {
  column: string
  value: string | null
}

/** What one hour of a segment adds on a side. */
export interface SegmentHour extends SegmentValue {
  side: Side
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  n: number
  sum: number
  /** About the hour's own mean. */
  squares: number
}

interface Subject {
  model: Model
  experiment: Experiment
}
interface Span {
  from: Date
  to: Date
}

/** A column for each segment column, with its value as text. */
function segmentTexts({ segments, features }: Model): Record<string, string> {
  return Object.fromEntries(
    segments.map((name, i) => {
      const kind = features.find((feature) => feature.name === name)?.kind ?? 'categorical'
      return [
        `segment_${i}`,
        `CAST(${segmentText({ kind, source: featureSource(name) })}, 'Nullable(String)')`,
      ]
    }),
  )
}

/** One row for each segment that a row belongs to, as columns `place` and `value`. */
const bySegment = (model: Model) =>
  `ARRAY JOIN [${model.segments.map((_, i) => `tuple(${i}, segment_${i})`).join(', ')}] AS segment`

/** The most frequent values of each segment column among the champion's predictions, and the rows without one. */
export async function frequentSegments(
  store: Store,
  { model, experiment }: Subject,
  { from, to }: Span,
): Promise<SegmentValue[]> {
  if (model.segments.length === 0) return []
  const texts = Object.entries(segmentTexts(model)).map(([alias, text]) => `${text} AS ${alias}`)
  const source = onShards(
    store,
    model.name,
    ({ predictions }) => `(SELECT ${texts.join(', ')} FROM ${predictions} FINAL
      WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${isVersion(experiment, 'champion')})`,
  )
  const found = await rows<{ place: number; value: string | null }>(
    store.read,
    `SELECT segment.1 AS place, segment.2 AS value, isNull(value) AS missing FROM ${source} ${bySegment(model)}
     GROUP BY place, value ORDER BY count() DESC, value LIMIT ${MAX_SEGMENT_VALUES} BY place, missing`,
  )
  return found.map(({ place, value }) => ({ column: model.segments[place], value }))
}

/** The sums of each of these segments in each hour of `[from, to)`. */
export async function segmentHours(
  store: Store,
  { model, experiment }: Subject,
  wanted: readonly SegmentValue[],
  span: Span,
): Promise<SegmentHour[]> {
  if (wanted.length === 0) return []
  const sides: Side[] = experiment.design === 'paired' ? ['pairs'] : ['champion', 'challenger']
  const isWanted = model.segments.map((column, i) => {
    const values = wanted.filter((one) => one.column === column).flatMap(({ value }) => value ?? [])
    return `segment.1 = ${i} AND (isNull(segment.2) OR has(${array(values.map(literal), 'String')}, assumeNotNull(segment.2)))`
  })
  const found = await Promise.all(
    sides.map(async (side) => {
      const source = lossRows(store, { model, experiment }, side, span, segmentTexts(model))
      const sums = await rows<{ place: number; at: number } & Omit<SegmentHour, 'side' | 'column' | 'hour'>>(
        store.read,
        `SELECT segment.1 AS place, segment.2 AS value, toUnixTimestamp(hour) AS at, ${hourSums('loss')}
         FROM ${source} ${bySegment(model)} WHERE isNotNull(loss) AND (${isWanted.join(' OR ')}) GROUP BY place, value, hour`,
      )
      return sums.map(({ place, at, ...one }) => ({
        ...one,
        side,
        column: model.segments[place],
        hour: at * 1000,
      }))
    }),
  )
  return found.flat()
}
