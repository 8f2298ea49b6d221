import { HOUR_MS } from '../../domain/time.ts'

export interface HourWindow {
  from: string
  to: string
}

/** A time as such a field shows it: the hour in UTC that it is in. */
export const hourField = (time: string | undefined): string => time?.slice(0, 13).concat(':00') ?? ''

/** What two fields say, each an hour in UTC without its zone; undefined where that is no window of whole hours. */
export function wholeHours(from: string, to: string): HourWindow | undefined {
  const [start, end] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)]
  const isHour = (time: number) => !Number.isNaN(time) && time % HOUR_MS === 0
  if (!isHour(start) || !isHour(end) || start >= end) return undefined
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
}

/**
 * About how many predictions a chart shows within a window: of a step that it covers in part, as large a part. Undefined
 * where the chart does not cover the window.
 */
export function rowsWithin(
  points: readonly { time: string; predictions: number }[],
  { from, to }: HourWindow,
): number | undefined {
  const times = points.map(({ time }) => Date.parse(time))
  const step = times.length > 1 ? times[1] - times[0] : HOUR_MS
  const [start, end] = [Date.parse(from), Date.parse(to)]
  if (times.length === 0 || start < times[0] || end > times[times.length - 1] + step) return undefined
  const covered = (time: number) => Math.max(0, Math.min(end, time + step) - Math.max(start, time)) / step
  return Math.round(points.reduce((sum, { predictions }, i) => sum + predictions * covered(times[i]), 0))
}
