import { listBaselines } from '../../control/declared/baselines.ts'
import type { HourSpan } from '../../store/profiles/hour-spans.ts'
import type { Model } from '../../control/declared/model.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import { rowsOfSegment, type SegmentRows } from '../../store/profiles/segment-sql.ts'
import type { Store } from '../../store/engine/client.ts'

/** Which stored rows a side of a result was counted from. */
export interface CountedRows {
  spans: readonly HourSpan[]
  version?: string | undefined
  segment?: SegmentRows | undefined
}

/**
 * The rows of both sides of a result. Those of the baseline are none where it was not counted from hours. Undefined where
 * it is no longer known which rows belong to the segment.
 */
export async function countedRows(
  store: Store,
  model: Model,
  result: StoredResult,
): Promise<{ window: CountedRows; baseline: CountedRows } | undefined> {
  const { segment, version, window_start, window_end, baseline } = result
  const window = {
    spans: [{ from: new Date(window_start), to: new Date(window_end) }],
    ...(version === '' ? {} : { version }),
  }
  const hours = baseline.hours ?? { spans: [] }
  if (segment === '') return { window, baseline: hours }
  const found = (await listBaselines(store.control, model.name)).find(
    (one) => one.version === baseline.version,
  )
  const rows = rowsOfSegment(found?.segments ?? [], segment)
  return rows && { window: { ...window, segment: rows }, baseline: { ...hours, segment: rows } }
}
