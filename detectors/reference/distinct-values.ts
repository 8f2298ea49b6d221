import type { Counts } from '../statistics/counts.ts'

/** The distinct values of two sides together, ascending, and each side's rows of each. */
export interface DistinctValues {
  values: readonly number[]
  b: Counts
  c: Counts
}

/**
 * Counts two samples over the same cells, as the tests by rank take them.
 * @throws RangeError when a value is NaN, which has no rank: leave missing values out
 */
export function distinctValues(baseline: readonly number[], window: readonly number[]): DistinctValues {
  const [sortedB, sortedC] = [ascending(baseline), ascending(window)]
  const [values, b, c]: [number[], number[], number[]] = [[], [], []]
  for (let [i, j] = [0, 0]; i < sortedB.length || j < sortedC.length;) {
    const value = Math.min(sortedB[i] ?? Infinity, sortedC[j] ?? Infinity)
    const [startB, startC] = [i, j]
    while (sortedB[i] === value) i++
    while (sortedC[j] === value) j++
    values.push(value)
    b.push(i - startB)
    c.push(j - startC)
  }
  return { values, b, c }
}

/** NaN sorts last. */
function ascending(sample: readonly number[]): Float64Array {
  const sorted = Float64Array.from(sample).sort()
  if (Number.isNaN(sorted.at(-1))) throw new RangeError('a NaN among the values')
  return sorted
}
