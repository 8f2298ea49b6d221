import { stirlingError } from '../../statistics/saddle-point.ts'

/** Relative accuracy at which the fraction stops. */
const PRECISION = Number.EPSILON / 4

/**
 * Two-sided tail of Student's t, `P(|T| >= |t|)`, with `df > 0` degrees of freedom, whole or not. Relative error about
 * 1e-13 for p down to 1e-300; above 10,000 degrees of freedom it grows with them, to 1e-8 at 1e9.
 */
export function studentTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN
  if (t === 0) return 1
  const square = t * t
  if (square === Infinity) return 0
  // The tail is the regularised incomplete beta function I_x(df/2, 1/2) at x = df / (df + t²); its leading factor
  // x^(df/2) (1 - x)^(1/2) / B(df/2, 1/2) is |t| times the density.
  const factor = Math.abs(t) * studentDensity(square, df)
  const half = df / 2
  const x = df / (df + square)
  if (x < (half + 1) / (half + 2.5)) return (factor / half) * betaFraction(half, 1 / 2, x)
  return 1 - 2 * factor * betaFraction(1 / 2, half, square / (df + square))
}

/** The density at t, given t²; the quotient of its gamma functions by what Stirling's formula leaves out of them. */
function studentDensity(square: number, df: number): number {
  const half = df / 2
  const quotient = half * Math.log1p(1 / df) - 1 / 2 + stirlingError(half + 1 / 2) - stirlingError(half)
  return Math.exp(quotient - (half + 1 / 2) * Math.log1p(square / df)) / Math.sqrt(2 * Math.PI)
}

/**
 * `I_x(a, b)` without its leading factor and 1/a: the continued fraction 8.17.22 of the Digital Library of Mathematical
 * Functions, by Lentz's method as modified by Thompson and Barnett (1986). Converges fast for x < (a + 1) / (a + b + 2).
 */
function betaFraction(a: number, b: number, x: number): number {
  let numerator = 1
  let denominator = 0
  let fraction = 1
  for (let k = 1; k < 1e6; k++) {
    const m = Math.floor(k / 2)
    const coefficient =
      k % 2 === 0
        ? (m * (b - m) * x) / ((a + k - 1) * (a + k))
        : (-(a + m) * (a + b + m) * x) / ((a + k - 1) * (a + k))
    denominator = 1 / (1 + coefficient * denominator)
    numerator = 1 + coefficient / numerator
    const factor = numerator * denominator
    fraction *= factor
    if (Math.abs(factor - 1) <= PRECISION) break
  }
  return 1 / fraction
}
