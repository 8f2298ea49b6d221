import { HOUR_MS } from '../../domain/time.ts'

export interface HourWindow {
  from: string
  to: string
}

/** What two fields say, each an hour in UTC without its zone; undefined where that is no window of whole hours. */
export function wholeHours(from: string, to: string): HourWindow | undefined {
  const [start, end] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)]
  const isHour = (time: number) => !Number.isNaN(time) && time % HOUR_MS === 0
  if (!isHour(start) || !isHour(end) || start >= end) return undefined
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
}

/** How many predictions the points of a chart have within a window; roughly, where its points are longer than hours. */
export function rowsWithin(
  points: readonly { time: string; predictions: number }[],
  { from, to }: HourWindow,
): number {
  return points
    .filter(({ time }) => new Date(time).toISOString() >= from && new Date(time).toISOString() < to)
    .reduce((sum, { predictions }) => sum + predictions, 0)
}
