import { DAY_MS } from '../../domain/time.ts'

/** The standard deviation of a normal distribution, over its median absolute deviation. */
const NORMAL = 1.4826
/** Fewer pairs of days tell nothing. */
const MIN_PAIRS = 5

/**
 * By how much more a day's sum varies than if its hours had nothing to do with one another, at least 1. Where a storm
 * makes a whole day bad the hours of that day are not so many independent ones. From the median difference of one day to
 * the next, so that a lasting change or a rare day does not count as variation.
 * @param hours ascending, values of variance 1
 */
export function daySpread(hours: readonly { time: number; value: number }[]): number {
  const days = new Map<number, { sum: number; hours: number }>()
  for (const { time, value } of hours) {
    const day = Math.floor(time / DAY_MS)
    const before = days.get(day) ?? { sum: 0, hours: 0 }
    days.set(day, { sum: before.sum + value, hours: before.hours + 1 })
  }
  const scaled = [...days.values()].map(({ sum, hours: count }) => sum / Math.sqrt(count))
  const steps = scaled.slice(1).map((value, i) => Math.abs(value - scaled[i]))
  if (steps.length < MIN_PAIRS) return 1
  const median = steps.sort((a, b) => a - b)[steps.length >> 1]
  return Math.max(1, (NORMAL * median) / Math.SQRT2)
}
