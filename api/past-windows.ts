import type { LabelDelay } from '../detectors/run/label-delay.ts'
import { streamsOf } from '../detectors/run/kinds.ts'
import { endsBetween, newestEnd } from '../detectors/run/schedule.ts'
import { LABEL_KINDS } from '../domain/drift-kind.ts'
import type { Monitor } from '../control/declared/monitor.ts'
import type { Stream } from '../store/profiles/profiles.ts'
import { unfinished, type Skipped, type Wait } from './backtest/skipped.ts'
import { Problem } from './problem.ts'
import { EARLIEST_END_MS } from './run-limits.ts'

/** The windows of one stream of a monitor in a period. */
export interface PastWindows {
  stream: Stream
  /** Of those that are complete, ascending. */
  ends: Date[]
  /** Those that are not. */
  skipped: Skipped[]
}

/** Windows that are not complete yet are counted up to so many. */
const MAX_UNREADY = 100_000

/**
 * The windows of each stream within `(from, to]`, complete at `now` or not; of labels none is while it is not known how
 * long they take. Of those that are, one more than `most` at most is told.
 */
export function pastWindows(
  monitor: Monitor,
  { from, to }: { from: Date; to: Date },
  now: Date,
  labelDelay: LabelDelay | undefined,
  most: number,
): PastWindows[] {
  return streamsOf(monitor).map((stream) => {
    const wait: Wait = stream === 'labels' ? { for: 'labels', delay: labelDelay } : { for: 'end' }
    const isKnown = stream === 'predictions' || labelDelay !== undefined
    const newest = isKnown ? newestEnd(monitor, now, stream === 'labels' ? labelDelay?.delay : 0) : from
    const complete = new Date(Math.max(from.getTime(), Math.min(to.getTime(), newest.getTime())))
    const ends = endsBetween(monitor, from, complete, most + 1)
    if (ends.length > 0 && ends[0].getTime() < EARLIEST_END_MS)
      throw new Problem(422, 'Too early', 'A window of this monitor would start before 1970.')
    const unready = endsBetween(monitor, complete, to, MAX_UNREADY).length
    return { stream, ends, skipped: unfinished(kindsOf(monitor, stream), unready, wait) }
  })
}

/** The kinds of a stream that a monitor checks. */
function kindsOf({ checks }: Monitor, stream: Stream) {
  return checks.filter((kind) => LABEL_KINDS.includes(kind) === (stream === 'labels'))
}
