import { HOUR_MS } from '../../domain/time.ts'

/** The whole hours that a stretch of time touches, one at least; epoch milliseconds in, ISO 8601 out. */
export function touchedHours(from: number, to: number): { from: string; to: string } {
  const first = Math.floor(from / HOUR_MS) * HOUR_MS
  const last = Math.max(Math.ceil(to / HOUR_MS) * HOUR_MS, first + HOUR_MS)
  return { from: new Date(first).toISOString(), to: new Date(last).toISOString() }
}

/** Twice as long, around the same middle. */
export function twiceAsLong(from: number, to: number): { from: string; to: string } {
  const half = (to - from) / 2
  return touchedHours(from - half, to + half)
}

/** The same length, by as many of it later. */
export function shifted(from: number, to: number, lengths: number): { from: string; to: string } {
  const by = (to - from) * lengths
  return touchedHours(from + by, to + by)
}
