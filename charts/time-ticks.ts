import { HOUR_MS, DAY_MS } from '../domain/time.ts'
import type { Span } from './time.ts'

/** The first Monday of the epoch, so that weeks begin on Mondays. */
const MONDAY = 4 * DAY_MS

const STEPS = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map((hours) => hours * HOUR_MS)
const MONTH_STEPS = [1, 2, 3, 6]

/**
 * Round times within a span for the ticks of an axis, at most `most` of them unless even years are more; epoch
 * milliseconds, UTC: hours, days, Mondays, or the first days of months. The usual ticks of the engine are uneven.
 */
export function timeTicks([first, last]: Span, most: number): number[] {
  const step = STEPS.find((one) => (last - first) / one <= most)
  if (step === undefined) return monthTicks([first, last], most)
  const origin = step > 4 * DAY_MS ? MONDAY : 0
  const start = Math.ceil((first - origin) / step)
  const end = Math.floor((last - origin) / step)
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, i) => origin + (start + i) * step)
}

function monthTicks([first, last]: Span, most: number): number[] {
  const monthOf = (time: number) => {
    const date = new Date(time)
    return 12 * date.getUTCFullYear() + date.getUTCMonth()
  }
  const months = monthOf(last) - monthOf(first)
  const step = MONTH_STEPS.find((one) => months / one <= most) ?? 12
  const start = Math.floor(monthOf(first) / step) * step
  const ticks = Array.from({ length: Math.ceil(months / step) + 2 }, (_, i) =>
    Date.UTC(Math.floor((start + i * step) / 12), (start + i * step) % 12),
  )
  return ticks.filter((time) => time >= first && time <= last)
}
