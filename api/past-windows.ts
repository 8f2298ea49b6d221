import type { LabelDelay } from '../detectors/run/label-delay.ts'
import { partsOf } from '../detectors/run/kinds.ts'
import { endsBetween, newestEnd } from '../detectors/run/schedule.ts'
import { LABEL_KINDS } from '../domain/drift-kind.ts'
import type { Monitor } from '../store/declared/monitor.ts'
import type { Part } from '../store/profiles/profiles.ts'
import { unfinished, type Skipped, type Wait } from './backtest/skipped.ts'
import { Problem } from './problem.ts'
import { EARLIEST_END_MS } from './run-limits.ts'

/** The windows of one part of a monitor in a period. */
export interface PastWindows {
  part: Part
  /** Of those that are complete, ascending. */
  ends: Date[]
  /** Those that are not. */
  skipped: Skipped[]
}

/** Windows that are not complete yet are counted up to so many. */
const MOST_UNREADY = 100_000

/**
 * The windows of each part within `(from, to]`, complete at `now` or not; of labels none is while it is not known how
 * long they take. Of those that are, one more than `most` at most is told.
 */
export function pastWindows(
  monitor: Monitor,
  { from, to }: { from: Date; to: Date },
  now: Date,
  labelDelay: LabelDelay | undefined,
  most: number,
): PastWindows[] {
  return partsOf(monitor).map((part) => {
    const wait: Wait = part === 'labels' ? { for: 'labels', delay: labelDelay } : { for: 'end' }
    const isKnown = part === 'predictions' || labelDelay !== undefined
    const newest = isKnown ? newestEnd(monitor, now, part === 'labels' ? labelDelay?.delay : 0) : from
    const complete = new Date(Math.max(from.getTime(), Math.min(to.getTime(), newest.getTime())))
    const ends = endsBetween(monitor, from, complete, most + 1)
    if (ends.length > 0 && ends[0].getTime() < EARLIEST_END_MS)
      throw new Problem(422, 'Too early', 'A window of this monitor would start before 1970.')
    const unready = endsBetween(monitor, complete, to, MOST_UNREADY).length
    return { part, ends, skipped: unfinished(kindsOf(monitor, part), unready, wait) }
  })
}

/** The kinds of a part that a monitor checks. */
function kindsOf({ checks }: Monitor, part: Part) {
  return checks.filter((kind) => LABEL_KINDS.includes(kind) === (part === 'labels'))
}
