import { DAY_MS } from '../../../domain/time.ts'
import type { Experiment } from '../../../control/declared/experiment.ts'
import type { Model } from '../../../control/declared/model.ts'
import type { Store } from '../../../store/engine/client.ts'
import {
  frequentSegments,
  segmentHours,
  type SegmentHour,
  type SegmentValue,
} from '../../../store/experiments/segment-hours.ts'
import { compareSegments, type SegmentComparison } from '../../experiment/segments.ts'
import { hoursOf } from './look.ts'

/** How the versions compare within each segment of the mature hours `[from, to)`. Rows are joined day by day. */
export async function compareInSegments(
  store: Store,
  subject: { model: Model; experiment: Experiment },
  { from, to }: { from: Date; to: Date },
): Promise<(SegmentValue & SegmentComparison)[]> {
  const wanted = await frequentSegments(store, subject, { from, to })
  const bySegment = new Map(wanted.map((segment) => [nameOf(segment), [] as SegmentHour[]]))
  if (wanted.length > 0)
    for (let day = from.getTime(); day < to.getTime(); day += DAY_MS) {
      const span = { from: new Date(day), to: new Date(Math.min(day + DAY_MS, to.getTime())) }
      for (const one of await segmentHours(store, subject, wanted, span))
        bySegment.get(nameOf(one))?.push(one)
    }
  return compareSegments(
    wanted.map((segment) => ({
      ...segment,
      sums: hoursOf(subject.experiment, bySegment.get(nameOf(segment)) ?? []),
    })),
  )
}

const nameOf = ({ column, value }: SegmentValue) => JSON.stringify([column, value])
