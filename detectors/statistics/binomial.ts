import { devianceTerm, stirlingError } from './saddle-point.ts'

/** The probability of exactly `k` of `n`, for 0 < p < 1 (Loader 2000). */
function binomialDensity(k: number, n: number, p: number): number {
  const q = 1 - p
  if (k === 0) return Math.exp(n * Math.log1p(-p))
  if (k === n) return Math.exp(n * Math.log(p))
  const error = stirlingError(n) - stirlingError(k) - stirlingError(n - k)
  const deviance = devianceTerm(k, n * p) + devianceTerm(n - k, n * q)
  return Math.exp(error - deviance) * Math.sqrt(n / (2 * Math.PI * k * (n - k)))
}

/**
 * The probability of `k` or more of `n`, each with probability `p` in (0, 1). It is below a level exactly where the
 * Clopper-Pearson lower bound of the share at that level lies above `p`.
 */
export function binomialSf(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  if (k > n) return 0
  // From k on terms fall, which they do beyond the mean alone.
  if (k <= n * p) return 1 - belowTail(k - 1, n, p)
  const odds = p / (1 - p)
  let term = binomialDensity(k, n, p)
  let sum = term
  for (let i = k; i < n && term > sum * Number.EPSILON; i++) sum += term *= ((n - i) / (i + 1)) * odds
  return Math.min(1, sum)
}

/** The probability of at most `k` of `n`, for k below the mean. */
function belowTail(k: number, n: number, p: number): number {
  const odds = (1 - p) / p
  let term = binomialDensity(k, n, p)
  let sum = term
  for (let i = k; i > 0 && term > sum * Number.EPSILON; i--) sum += term *= (i / (n - i + 1)) * odds
  return Math.min(1, sum)
}
