/** Distribution of the one-sample Kolmogorov–Smirnov statistic, for finite n and in the limit. */
import { durbinCdf } from './kolmogorov-durbin.ts'
import { pelzGoodCdf } from './kolmogorov-pelz-good.ts'
import { smirnovSf } from './smirnov-distribution.ts'

/**
 * `P(D_n >= d)` for the two-sided statistic of n rows against a continuous distribution.
 *
 * The method is chosen by n and d as in Simard and L'Ecuyer (2011), Computing the two-sided Kolmogorov–Smirnov
 * distribution, J. Stat. Softw. 39(11): exact up to 140 rows and wherever d >= 1/2; above 140 rows the tail
 * `n d² >= 2.2` is twice the one-sided one (relative error below 3e-6, falling as exp(-6 n d²)), the body is exact
 * where Durbin's matrix is small and Pelz and Good's expansion elsewhere.
 * @param d in [0, 1]
 * @param n whole number of rows, at least 1
 */
export function kolmogorovSf(d: number, n: number): number {
  if (Number.isNaN(d) || !(n >= 1)) return NaN
  if (n * d <= 0.5) return 1
  if (d >= 1) return 0
  const square = n * d * d
  if (d >= 0.5 || square >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnovSf(d, n))
  const small = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)
  const cdf = small ? durbinCdf(d, n) : pelzGoodCdf(d, n)
  return Math.min(1, Math.max(0, 1 - cdf))
}

/**
 * `P(K >= z)` for the limit of `sqrt(n) D_n`. Kolmogorov (1933): `2 sum (-1)^(k-1) exp(-2 k² z²)`, and for small z its
 * theta transform `1 - sqrt(2 pi) / z sum exp(-(2k - 1)² pi² / (8 z²))`.
 */
export function kolmogorovLimitSf(z: number): number {
  if (Number.isNaN(z)) return NaN
  if (z <= 0) return 1
  let sum = 0
  if (z < 0.82) {
    for (let k = 5; k >= 1; k--) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * z * z))
    return 1 - (Math.sqrt(2 * Math.PI) / z) * sum
  }
  for (let k = 6; k >= 1; k--) sum = Math.exp(-2 * k * k * z * z) - sum
  return 2 * sum
}
