import type { Cadence, Monitor } from '../store/monitor.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

type Timing = Pick<Monitor, 'every' | 'grace'>

/**
 * End of the newest window that is complete at `now`: a whole multiple of `every` since 1970, UTC, at least
 * `grace` ago, and by `delay` more where it waits for labels.
 */
export function newestEnd({ every, grace }: Timing, now: Date, delay = 0): Date {
  return new Date(Math.floor((now.getTime() - grace - delay) / every) * every)
}

/**
 * Ends of the windows that are due at `now`, ascending: each after the last one evaluated, so that a service
 * that was stopped catches up and evaluates none twice. A monitor that never ran begins with the newest.
 */
export function dueEnds(timing: Timing, last: Date | undefined, now: Date, delay = 0): Date[] {
  const newest = newestEnd(timing, now, delay)
  if (last === undefined) return [newest]
  const first = Math.floor(last.getTime() / timing.every) * timing.every + timing.every
  const count = Math.max(0, (newest.getTime() - first) / timing.every + 1)
  return Array.from({ length: count }, (_, i) => new Date(first + i * timing.every))
}

/** Whether an empty window `[start, end)` is a fault: whether data was to be expected in it. */
export function expectsData(cadence: Cadence, start: Date, end: Date): boolean {
  if (cadence === 'hourly') return true
  for (let day = Math.ceil(start.getTime() / DAY_MS) * DAY_MS; day + DAY_MS <= end.getTime(); day += DAY_MS) {
    if (cadence === 'daily' || isWeekday(day)) return true
  }
  return false
}

function isWeekday(time: number): boolean {
  const day = new Date(time).getUTCDay()
  return day >= 1 && day <= 5
}
