import { periodsOf } from '../../domain/calendar/calendar.ts'
import type { Monitor } from '../../control/declared/monitor.ts'

type Timing = Pick<Monitor, 'every' | 'grace' | 'timezone'>

/**
 * End of the newest window that is complete at `now`: where a period of the schedule ends, at least `grace` ago, and by
 * `delay` more where it waits for labels.
 */
export function newestEnd({ every, grace, timezone }: Timing, now: Date, delay = 0): Date {
  const periods = periodsOf(every, timezone)
  return new Date(periods.startOf(periods.indexAt(now.getTime() - grace - delay)))
}

/** Ends of windows in `(after, to]`, ascending, at most `limit` of them. */
export function endsBetween(
  { every, timezone }: Pick<Timing, 'every' | 'timezone'>,
  after: Date,
  to: Date,
  limit = Infinity,
): Date[] {
  const periods = periodsOf(every, timezone)
  const ends: Date[] = []
  let before = after.getTime()
  for (let index = periods.indexAt(before) + 1; ends.length < limit; index++) {
    const end = periods.startOf(index)
    if (end > to.getTime()) break
    if (end > before) ends.push(new Date(end))
    before = end
  }
  return ends
}

/** Ends of all windows from the one that ends at `first` to the one that ends at `last`, ascending. */
export const endsFrom = (timing: Pick<Timing, 'every' | 'timezone'>, first: Date, last: Date): Date[] => [
  first,
  ...endsBetween(timing, first, last),
]

/**
 * Ends of the windows that are due at `now`, ascending: each after the last one evaluated, so that a service
 * that was stopped catches up and evaluates none twice. A monitor that never ran begins with the newest.
 */
export function dueEnds(timing: Timing, last: Date | undefined, now: Date, delay = 0): Date[] {
  const newest = newestEnd(timing, now, delay)
  return last === undefined ? [newest] : endsBetween(timing, last, newest)
}

/** Where the window ends that lies so many runs before the one that ended at `end`. */
export function runsBefore(
  { every, timezone }: Pick<Timing, 'every' | 'timezone'>,
  end: Date,
  runs: number,
): Date {
  const periods = periodsOf(every, timezone)
  return new Date(periods.startOf(periods.indexAt(end.getTime()) - runs))
}
