import { HOUR_MS } from '../../domain/time.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { slotCount, type ColumnProfile } from '../../store/profiles/binning.ts'
import type { HourSpan } from '../../store/profiles/hour-spans.ts'

/** Hourly counts of a column made ready for windows of any length and end: running totals a slot. */
export interface Sliding {
  /** The counts of `[from, to)`, whole hours within what was loaded. */
  window(from: number, to: number): ColumnProfile
  /** The counts of all the spans together, which must lie within what was loaded. */
  total(spans: readonly HourSpan[]): ColumnProfile
}

/** @param from first hour that was loaded, epoch milliseconds; `hours` of them */
export function slidingCounts(
  { name, binning }: BaselineColumn,
  loaded: readonly { hour: Date; counts: readonly number[] }[],
  from: number,
  hours: number,
): Sliding {
  const slots = slotCount(binning)
  const totals = new Float64Array((hours + 1) * slots)
  const byHour = new Map(loaded.map(({ hour, counts }) => [(hour.getTime() - from) / HOUR_MS, counts]))
  for (let hour = 0; hour < hours; hour++) {
    const counts = byHour.get(hour)
    if (counts !== undefined && counts.length !== slots)
      throw new Error(`column ${name}: ${counts.length} counts for ${slots} slots`)
    for (let slot = 0; slot < slots; slot++)
      totals[(hour + 1) * slots + slot] = totals[hour * slots + slot] + (counts?.[slot] ?? 0)
  }
  const at = (time: number) => ((time - from) / HOUR_MS) * slots
  const total = (spans: readonly { from: number; to: number }[]) => {
    const counts = new Array<number>(slots).fill(0)
    for (const [a, b] of spans.map((span) => [at(span.from), at(span.to)]))
      for (let slot = 0; slot < slots; slot++) counts[slot] += totals[b + slot] - totals[a + slot]
    // Verdicts are made of counts alone.
    return { counts, sums: [], squares: 0 }
  }
  return {
    window: (start, end) => total([{ from: start, to: end }]),
    total: (spans) => total(spans.map(({ from: start, to: end }) => ({ from: +start, to: +end }))),
  }
}
