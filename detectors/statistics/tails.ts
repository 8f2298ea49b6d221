/** Tail probabilities that stay accurate where the tail is small: compare them with a level, never `1 - p`. */
import erfc from '@stdlib/math-base-special-erfc'
import { lowerGamma, poissonDensity, upperGamma } from './incomplete-gamma.ts'
import { stirlingError } from './saddle-point.ts'

/** Upper tail of the standard normal distribution, `P(Z > z)`. */
export function normalSf(z: number): number {
  return erfc(z / Math.SQRT2) / 2
}

/** Inverse of {@link normalSf}: the z that is exceeded with probability p, in (0, 1). */
export function normalIsf(p: number): number {
  return p <= 0.5 ? Math.sqrt(chiSquareIsf(2 * p, 1)) : -normalIsf(1 - p)
}

/**
 * The t of Student's distribution that is exceeded with probability p, by the expansion of Cornish and Fisher about the
 * normal one: within 0.5% for p in [1e-4, 0.5] and at least 9 degrees of freedom.
 */
export function studentIsf(p: number, df: number): number {
  const z = normalIsf(p)
  const s = z * z
  const terms = [
    (s + 1) / 4,
    ((5 * s + 16) * s + 3) / 96,
    (((3 * s + 19) * s + 17) * s - 15) / 384,
    ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92_160,
  ]
  return z * terms.reduce((sum, term, i) => sum + term / df ** (i + 1), 1)
}

/** Upper tail of chi-square, `P(X >= x)`, with `df >= 0` degrees of freedom; none means that X is 0, so p = 1. */
export function chiSquareSf(x: number, df: number): number {
  if (Number.isNaN(x) || Number.isNaN(df)) return NaN
  if (df === 0 || x <= 0) return 1
  return x === Infinity ? 0 : upperGamma(df / 2, x / 2)
}

/** Lower tail of chi-square, for arguments where the upper one rounds to 1. */
function chiSquareCdf(x: number, df: number): number {
  return lowerGamma(df / 2, x / 2)
}

/**
 * Inverse of {@link chiSquareSf}: the x that is exceeded with probability p.
 *
 * Newton's method on the logarithms of both x and the smaller tail, where the curve is nearly straight, kept inside
 * a bracket. Relative error about 1e-13 for p down to 1e-300 and df up to 2000.
 * @param p in [0, 1]; 0 gives Infinity, 1 gives 0
 * @param df above 0; 0 gives 0
 */
export function chiSquareIsf(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df >= 0)) return NaN
  if (df === 0 || p === 1) return 0
  if (p === 0) return Infinity
  const upper = p <= 0.5
  const target = Math.log(upper ? p : 1 - p)
  const tail = upper ? chiSquareSf : chiSquareCdf
  const direction = upper ? -1 : 1
  let x = chiSquareStart(p, df)
  let low = 0
  let high = Infinity
  for (let step = 0; step < 200; step++) {
    const probability = tail(x, df)
    const excess = Math.log(probability) - target
    if (excess === 0) return x
    if (excess * direction < 0) low = x
    else high = x
    // x times the density of chi-square, over the tail.
    const slope = (direction * (df / 2) * poissonDensity(df / 2, x / 2)) / probability
    let next = x * Math.exp(-excess / slope)
    if (!(next > low && next < high)) next = high === Infinity ? 2 * x : (low + high) / 2
    if (Math.abs(next - x) <= 2 * Number.EPSILON * x) return next
    x = next
  }
  return x
}

/** Wilson and Hilferty (1931): the cube root of chi-square is nearly normal; near 0 the leading power instead. */
function chiSquareStart(p: number, df: number): number {
  const spread = 2 / (9 * df)
  const root = 1 - spread + normalIsfRough(p) * Math.sqrt(spread)
  if (root > 0.2) return df * root ** 3
  // P(X < x) is about (m e / a)^a / sqrt(2 pi a) for small m = x/2, a = df/2, by Stirling's formula.
  const a = df / 2
  const lowerTail = Math.log1p(-p) + stirlingError(a) + Math.log(2 * Math.PI * a) / 2
  return 2 * a * Math.exp(lowerTail / a - 1)
}

/** Abramowitz and Stegun 26.2.23, absolute error below 4.5e-4: a start, not a result. */
function normalIsfRough(p: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)))
  const z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  return p <= 0.5 ? z : -z
}
