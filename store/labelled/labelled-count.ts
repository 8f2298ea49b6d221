import type { Store } from '../engine/client.ts'
import { unfoldScores } from '../profiles/class-scores.ts'
import { decodeFloats } from '../engine/floats.ts'
import { envelope, inSpans, type HourSpan } from '../profiles/hour-spans.ts'
import type { LabelledColumn } from './labelled-profiles.ts'
import { columnsRead, labelledSelect, type LabelledSums } from './labelled-sql.ts'
import { labelledPredictions } from '../events/labels.ts'
import { belongsTo } from '../events/served.ts'
import { onShards } from '../events/silver.ts'
import type { Model } from '../../control/declared/model.ts'
import { rows } from '../engine/query.ts'
import type { SegmentRows } from '../profiles/segment-sql.ts'

export interface LabelledCountQuery {
  spans: readonly HourSpan[]
  /** Only rows of this version of the model. */
  version?: string | undefined
  /** Only rows of this segment. */
  segment?: SegmentRows | undefined
}

/** Sums the stored labelled predictions of some hours anew; undefined where there are none. */
export async function countLabelled(
  store: Store,
  model: Model,
  { spans, version, segment }: LabelledCountQuery,
  sums: LabelledSums,
): Promise<LabelledColumn[] | undefined> {
  const whole = envelope(spans)
  if (whole === undefined) return undefined
  const source = onShards(store, model.name, (tables) =>
    unfoldScores(
      labelledPredictions(model, whole.from, whole.to, inSpans('hour', spans), tables),
      columnsRead(sums),
    ),
  )
  const from = `${source} WHERE ${belongsTo(version)} AND ${segment?.condition ?? '1'}`
  const found = await rows<LabelledColumn>(store.read, labelledSelect(from, sums, {}))
  if (!found.some(({ counts }) => counts.some((count) => count > 0))) return undefined
  return found.map(({ role, column, counts, sums, squares }) => ({
    role,
    column,
    counts,
    sums: decodeFloats(sums),
    squares: decodeFloats(squares),
  }))
}
