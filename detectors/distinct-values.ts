import type { Counts } from './counts.ts'

/** The distinct values of two sides together, ascending, and each side's rows of each. */
export interface DistinctValues {
  values: readonly number[]
  b: Counts
  c: Counts
}

/** Counts two samples over the same cells, as the tests by rank take them. Values must be numbers, not NaN. */
export function distinctValues(baseline: readonly number[], window: readonly number[]): DistinctValues {
  const values = [...new Set([...baseline, ...window])].sort((x, y) => x - y)
  const cell = new Map(values.map((value, i) => [value, i]))
  const count = (sample: readonly number[]) => {
    const counts = values.map(() => 0)
    for (const value of sample) counts[cell.get(value)!] += 1
    return counts
  }
  return { values, b: count(baseline), c: count(window) }
}
