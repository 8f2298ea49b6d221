import { MINUTE_MS, HOUR_MS, DAY_MS, WEEK_MS } from './time.ts'

const UNITS: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: WEEK_MS }

/** How a length of time is written. */
export const DURATION = /^[1-9]\d{0,5}[mhdw]$/

/** A length of time such as `90m`, `24h`, `7d` or `4w`, in milliseconds; the text matches {@link DURATION}. */
export function parseDuration(text: string): number {
  return Number(text.slice(0, -1)) * UNITS[text.slice(-1)]
}

/** The length as text that {@link parseDuration} reads: hours up to a day, then days where they are whole. */
export function formatDuration(milliseconds: number): string {
  const day = UNITS.d
  const candidates = milliseconds > day ? (['d', 'h', 'm', 'w'] as const) : (['h', 'm', 'd', 'w'] as const)
  const unit = candidates.find((one) => {
    const count = milliseconds / UNITS[one]
    return Number.isInteger(count) && count < 1_000_000
  })
  if (unit === undefined) throw new RangeError(`${milliseconds} ms cannot be written as a duration`)
  return `${milliseconds / UNITS[unit]}${unit}`
}
