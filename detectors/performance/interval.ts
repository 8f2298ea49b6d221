import type { Metric } from './metric.ts'

/** The 97.5% point of the normal distribution: intervals hold 95%. */
const Z = 1.959963984540054

/** A value with its normal interval, cut to where the metric can lie; alone where its variance is not known. */
export function normalInterval(
  value: number,
  variance: number,
  { least = -Infinity, most = Infinity } = {},
): Metric {
  if (!Number.isFinite(variance)) return { value }
  const half = Z * Math.sqrt(Math.max(0, variance))
  return { value, low: Math.max(least, value - half), high: Math.min(most, value + half) }
}

/** The mean of n values from their sum and that of their squares; undefined without values. */
export function meanInterval(n: number, sum: number, squares: number): Metric | undefined {
  return n === 0 ? undefined : normalInterval(sum / n, meanVariance(n, sum, squares), { least: 0 })
}

/** The variance of the mean of n values, from their sum and that of their squares; infinite where it is not known. */
export function meanVariance(n: number, sum: number, squares: number): number {
  return n < 2 ? Infinity : Math.max(0, squares - sum ** 2 / n) / (n - 1) / n
}

/** A share of hits with Wilson's score interval (1927), which holds near 0 and 1 as well; undefined without rows. */
export function shareInterval(hits: number, n: number): Metric | undefined {
  if (n === 0) return undefined
  const share = hits / n
  const shrink = 1 + Z ** 2 / n
  const centre = (share + Z ** 2 / (2 * n)) / shrink
  const half = (Z / shrink) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
