import { sum } from '../../../domain/sum.ts'
import type { BinRates } from './bin-rates.ts'

/** What is expected of the rows of one side, by bins that both sides share. */
export interface ExpectedBins {
  rows: readonly number[]
  /** Expected error of a row of the bin. */
  error: readonly number[]
  /** By how much that error changes with the rate that it was computed from. */
  slope: readonly number[]
  /** Variance of the expected errors of rows within the bin. */
  within: readonly number[]
}

export interface ExpectedChange {
  /** Mean expected error on each side. */
  baseline: number
  window: number
  /** Standard deviation of their difference where nothing has changed. */
  deviation: number
}

/**
 * The mean error to be expected of the window, `E_w = Σ q_i e_i` with the shares q of its rows in bins, next to the same
 * estimate of the baseline's own predictions, `E_b = Σ p_i e'_i`. Both are computed with the same rates r, so what is
 * wrong with these is wrong on both sides.
 *
 * The variance of `E_w - E_b` has two parts, which are independent because labels are drawn given the scores:
 *
 * - Which rows came. A side is a sample of N rows, each contributing the expected error of its bin, so its mean has the
 *   variance `(Σ p_i (e_i - E)² + Σ p_i v_i) / (N - 1)`, with the spread v within bins. Few rows may miss the bins
 *   where errors are large and then look too certain, so where the rows of both sides together vary more, that counts.
 * - How well the baseline knows the rates. To first order, `E_w - E_b` changes with the rate of a pool of bins B by
 *   `c_B = Σ_{i in B} (q_i de_i/dr - p_i de'_i/dr)`, which gives `Σ_B c_B² Var(r_B)`. Where a bin is the weighted mean of two
 *   pools, each gets its weight. If nothing has changed, c is near 0: uncertain rates matter as far as rows move.
 *
 * Bins of which nothing is known (an error of NaN) are left out on both sides. Undefined where a side has no others.
 */
export function expectedChange(
  baseline: ExpectedBins,
  window: ExpectedBins,
  { parts, variances }: Pick<BinRates, 'parts' | 'variances'>,
): ExpectedChange | undefined {
  const [b, w] = [baseline, window].map(known)
  const [rowsBefore, rowsNow] = [sum(b.rows), sum(w.rows)]
  if (!(rowsBefore > 0 && rowsNow > 0)) return undefined
  const [before, now] = [meanOf(b), meanOf(w)]
  const own = spread([b], before) / rowsBefore + spread([w], now) / rowsNow
  const all = (rowsBefore * before + rowsNow * now) / (rowsBefore + rowsNow)
  const pooled = spread([b, w], all) * (1 / rowsBefore + 1 / rowsNow)

  const moved = new Array<number>(variances.length).fill(0)
  parts.forEach((own, i) => {
    const change = (w.rows[i] / rowsNow) * w.slope[i] - (b.rows[i] / rowsBefore) * b.slope[i]
    for (const { of, weight } of own) moved[of] += weight * change
  })
  const ofRates = moved.reduce((variance, change, k) => variance + change ** 2 * variances[k], 0)
  return { baseline: before, window: now, deviation: Math.sqrt(Math.max(own, pooled) + ofRates) }
}

function known({ rows, error, slope, within }: ExpectedBins): ExpectedBins {
  const isKnown = error.map((value) => !Number.isNaN(value))
  const only = (values: readonly number[]) => values.map((value, i) => (isKnown[i] ? value : 0))
  return { rows: only(rows), error: only(error), slope: only(slope), within: only(within) }
}

function meanOf({ rows, error }: ExpectedBins): number {
  return sum(rows.map((count, i) => count * error[i])) / sum(rows)
}

/** The variance of a single row about the mean; 0 of one row alone. */
function spread(sides: readonly ExpectedBins[], mean: number): number {
  const n = sum(sides.map(({ rows }) => sum(rows)))
  const squares = sides.map(({ rows, error, within }) =>
    sum(rows.map((count, i) => count * ((error[i] - mean) ** 2 + within[i]))),
  )
  return n < 2 ? 0 : sum(squares) / (n - 1)
}
