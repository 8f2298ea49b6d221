import { HOUR_MS } from '../domain/time.ts'

/** A period of a time axis; without one the axis spans the data. */
export interface TimeRange {
  from: string
  to: string
}

/** The usual distance between two ascending times, in milliseconds: the median, an hour where there are less than two. */
export function usualStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, i) => time - times[i])
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? HOUR_MS
}

/** A point of a line: epoch milliseconds, and `null` for a gap. */
export type LinePoint = [time: number, value: number | null]

/** The points of a line that breaks where evaluations are missing, not only where a value is. */
export function withGaps(points: readonly LinePoint[]): LinePoint[] {
  const step = usualStep(points.map(([time]) => time))
  return points.flatMap((point, i): LinePoint[] => {
    const before = points[i - 1]
    const isApart = before !== undefined && point[0] - before[0] > 1.5 * step
    return isApart ? [[before[0] + step, null], point] : [point]
  })
}

/** Points with gaps on both sides, which a line alone would not show. */
export function isolated(points: readonly LinePoint[]): LinePoint[] {
  return points.filter(
    ([, value], i) =>
      value !== null && (points[i - 1]?.[1] ?? null) === null && (points[i + 1]?.[1] ?? null) === null,
  )
}

/** The index of the time that is nearest to `time`; -1 where there is none. */
export function nearest(times: readonly number[], time: number): number {
  return times.reduce(
    (best, one, i) => (best < 0 || Math.abs(one - time) < Math.abs(times[best] - time) ? i : best),
    -1,
  )
}

/** First and last time of an axis, epoch milliseconds. */
export type Span = readonly [first: number, last: number]

/** What an axis spans: the range, else the ascending times, with room around a single one; nothing without either. */
export function spanOf(times: readonly number[], range: TimeRange | undefined): Span | undefined {
  const first = range ? Date.parse(range.from) : times[0]
  const last = range ? Date.parse(range.to) : times.at(-1)
  if (first === undefined || last === undefined) return undefined
  return first < last ? [first, last] : [first - HOUR_MS, first + HOUR_MS]
}
