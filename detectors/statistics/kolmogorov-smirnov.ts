/**
 * Two-sample Kolmogorov–Smirnov test over counts of the same ordered cells (distinct values, or bins).
 * Over bins D is a lower bound: what happens inside a bin is not seen.
 */
import { totals, type Counts } from './counts.ts'
import { kolmogorovSf } from './kolmogorov-distribution.ts'
import { ksExactP } from './ks-exact.ts'

/** As SciPy: `greater` means that the baseline's distribution function lies above the window's somewhere. */
export type KsAlternative = 'two-sided' | 'less' | 'greater'

/**
 * `D = max |F_b - F_c|` over the upper ends of the cells, in [0, 1]; one-sided, the largest difference in that
 * direction, at least 0.
 * @param b, c rows per cell, cells in ascending order of their values
 * @returns `undefined` when a side is empty
 */
export function ksStatistic(
  b: Counts,
  c: Counts,
  alternative: KsAlternative = 'two-sided',
): number | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  let belowB = 0
  let belowC = 0
  let above = 0
  let under = 0
  b.forEach((rows, i) => {
    belowB += rows
    belowC += c[i]
    // As one fraction, because a difference of two rounded ones is off in the last digits.
    const difference = belowB * n.nC - belowC * n.nB
    above = Math.max(above, difference)
    under = Math.max(under, -difference)
  })
  const largest = alternative === 'greater' ? above : alternative === 'less' ? under : Math.max(above, under)
  return Math.min(1, largest / (n.nB * n.nC))
}

/** Lattice points up to which the exact p takes about a second; SciPy stops at 10,000 rows a side as well. */
export const EXACT_KS_LIMIT = 1e8

/**
 * p-value of a D from {@link ksStatistic}, the sides having nB and nC rows.
 *
 * `exact` counts lattice paths; where there are more than {@link EXACT_KS_LIMIT} lattice points (and the sides differ
 * in size) it falls back to `asymptotic`. With ties both are conservative: the true p is at most this.
 * `asymptotic` takes the one-sample distribution at `round(n_eff)` rows, halves to even; one-sided, Hodges (1958),
 * The significance probability of the Smirnov two-sample test, equation 5.3.
 */
export function ksPValue(
  d: number,
  nB: number,
  nC: number,
  method: 'exact' | 'asymptotic',
  alternative: KsAlternative = 'two-sided',
): number {
  if (!(nB >= 1 && nC >= 1) || Number.isNaN(d)) return NaN
  const sides = alternative === 'two-sided' ? 2 : 1
  if (method === 'exact' && (nB === nC || nB * nC <= EXACT_KS_LIMIT)) return ksExactP(d, nB, nC, sides)
  const effective = nB * (nC / (nB + nC))
  // One row against one row has n_eff 1/2, which rounds to no rows at all.
  if (sides === 2) return kolmogorovSf(d, Math.max(1, roundHalfEven(effective)))
  const z = Math.sqrt(effective) * d
  const larger = Math.max(nB, nC)
  const smaller = Math.min(nB, nC)
  const skew = (larger + 2 * smaller) / Math.sqrt(larger * smaller * (larger + smaller))
  return Math.min(1, Math.exp(-2 * z * z - (2 * z * skew) / 3))
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}
