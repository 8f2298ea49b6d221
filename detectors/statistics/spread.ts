/**
 * The population standard deviation of `counts[i]` rows of each value; 0 when all rows hold one value, undefined
 * without rows. Two passes over scaled values: neither 1e308 nor 1e-200 is lost in a square.
 */
export function spreadOfValues(values: readonly number[], counts: readonly number[]): number | undefined {
  const rows = values.flatMap((value, i) => (counts[i] > 0 ? [{ value, count: counts[i] }] : []))
  if (rows.length === 0) return undefined
  if (rows.length === 1) return 0
  const scale = powerOfTwo(rows.map(({ value }) => value))
  const n = rows.reduce((sum, { count }) => sum + count, 0)
  const mean = rows.reduce((sum, { value, count }) => sum + (value / scale) * (count / n), 0)
  const variance = rows.reduce((sum, { value, count }) => sum + (value / scale - mean) ** 2 * (count / n), 0)
  return Math.sqrt(variance) * scale
}

/** What cancels in a difference of this relative size is rounding, not spread. */
const CANCELLATION = 1e-9

/**
 * The population standard deviation of n rows from the sums of `x - centre` and of its squares; undefined where
 * the digits do not suffice (a centre very far from the mean) or the sums overflowed.
 */
export function spreadOfSums(n: number, sum: number, squares: number): number | undefined {
  const offset = sum / n
  const variance = squares / n - offset * offset
  return Number.isFinite(variance) && variance > CANCELLATION * (squares / n)
    ? Math.sqrt(variance)
    : undefined
}

/** A scale that brings the largest value to about 1 and, being a power of two, costs no digits. 1 if all are 0. */
export function powerOfTwo(values: readonly number[]): number {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return largest > 0 ? 2 ** Math.min(Math.max(Math.floor(Math.log2(largest)), -1022), 1023) : 1
}
