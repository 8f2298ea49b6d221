import { sum } from 'simple-statistics'
import { totals, type Counts } from '../../statistics/counts.ts'
import type { ChiSquareTest } from '../../statistics/pearson.ts'
import { chiSquareSf } from '../../statistics/tails.ts'

/**
 * Likelihood-ratio test (G-test) of the window's counts against the baseline's shares, `2 sum c_i ln(c_i / e_i)` with
 * `e_i = n_c b_i / n_b`, K - 1 degrees of freedom. Categories empty on both sides are left out.
 *
 * It takes the baseline's shares for the truth, as Evidently does, and so calls too much a drift unless the baseline is
 * much the larger side: `chiSquare` does not. A category that the baseline lacks makes the statistic Infinity, p 0;
 * Evidently compares counts as they are, and so needs sides of one size.
 * @returns `undefined` when a side is empty
 */
export function gTest(b: Counts, c: Counts): ChiSquareTest | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  const terms = c.map((rows, i) => (rows === 0 ? 0 : 2 * rows * Math.log((rows * n.nB) / (b[i] * n.nC))))
  const df = b.filter((rows, i) => rows > 0 || c[i] > 0).length - 1
  // Terms of both signs: of equal shares rounding may leave less than nothing. A compensated sum would lose Infinity.
  const statistic = terms.includes(Infinity) ? Infinity : Math.max(0, sum(terms))
  return { statistic, df, pValue: chiSquareSf(statistic, df) }
}
