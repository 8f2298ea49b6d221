/** Distribution of the one-sided one-sample Kolmogorov–Smirnov statistic. */
import { devianceTerm, stirlingError } from './saddle-point.ts'

/** Above so many rows SciPy takes the expansion, and so do we, to give the same p-values. */
const EXPANSION_FROM = 1_000_000

/** Terms computed at most, give or take a factor of 2; it takes about 1,000 for full precision. */
const NODES = 20_000

/**
 * `P(D+ >= d)` for n rows, by Birnbaum and Tingey (1951):
 * `d sum over j of C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j)`, j from 0 to n (1 - d); all terms are positive.
 *
 * Above a million rows Maag and Dicaire's (1971) `exp(-(6 n d + 1)² / (18 n))`: there its relative error is 1e-6 at
 * p = 0.01, 3e-4 at 1e-22 and 2% at 1e-195.
 * @param d in (0, 1)
 * @param n whole number of rows, at least 1
 */
export function smirnovSf(d: number, n: number): number {
  if (n > EXPANSION_FROM) return Math.exp(-((6 * n * d + 1) ** 2) / (18 * n))
  const last = Math.floor(n * (1 - d))
  // For large n the terms are a smooth curve that vanishes with all derivatives at both ends; for such a curve every
  // so-manieth term has the same mean as all of them, to full precision (Euler and Maclaurin).
  const stride = Math.max(1, Math.floor(n / NODES))
  // The terms rise to one peak near the middle and fall again: sum outwards until they no longer count.
  const middle = Math.floor(last / 2)
  let sum = term(middle, d, n)
  for (const step of [stride, -stride]) {
    for (let j = middle + step; j >= 0 && j <= last; j += step) {
      const next = term(j, d, n)
      sum += next
      if (next < sum * 1e-18) break
    }
  }
  return Math.min(1, sum * stride)
}

/** One term, which is `d / (d + j/n)` times a binomial probability of j in n with success rate d + j/n. */
function term(j: number, d: number, n: number): number {
  if (j === 0) return Math.exp(n * Math.log1p(-d))
  const hits = n * d + j
  const misses = n - hits
  if (misses <= 0) return 0
  const exponent =
    stirlingError(n) -
    stirlingError(j) -
    stirlingError(n - j) -
    devianceTerm(j, hits) -
    devianceTerm(n - j, misses)
  return ((n * d) / hits) * Math.sqrt(n / (2 * Math.PI * j * (n - j))) * Math.exp(exponent)
}
