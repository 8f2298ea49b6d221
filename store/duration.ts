import { z } from 'zod'

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** A length of time such as `90m`, `24h`, `7d` or `4w`; parsed into milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhdw]$/, 'write a duration as a whole number and a unit: 90m, 24h, 7d, 4w')
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1)])

/** The same length as text that {@link durationSchema} reads: hours up to a day, then days where they are whole. */
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
