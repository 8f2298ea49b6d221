/** Chi-square tests of a categorical column: baseline against window. */
import { sum } from 'simple-statistics'
import { totals, type Counts } from './counts.ts'
import { pearson, type ChiSquareTest } from './pearson.ts'
import { chiSquareSf } from './tails.ts'

export interface ChiSquareOptions {
  /** Yates's continuity correction, for two categories only, as SciPy's default does. Off unless asked for. */
  yates?: boolean
  /**
   * `homogeneity` (default) tests the 2 × K contingency table; `goodness_of_fit` takes the baseline's shares for the
   * truth, as some tools do, and so calls too much a drift when the baseline is small.
   */
  table?: 'homogeneity' | 'goodness_of_fit'
}

export interface ChiSquareResult extends ChiSquareTest {
  /** Cramér's V of the contingency table, without correction: 0 same shares, 1 no category in common. */
  cramersV: number
}

/**
 * Are the categories distributed alike on both sides? Categories empty on both sides are left out; one category
 * alone leaves no degrees of freedom, so statistic 0 and p 1.
 *
 * Goodness of fit has no finite answer for a category that the baseline lacks: statistic Infinity, p 0.
 * @returns `undefined` when a side is empty
 */
export function chiSquare(b: Counts, c: Counts, options: ChiSquareOptions = {}): ChiSquareResult | undefined {
  const { yates = false, table = 'homogeneity' } = options
  const n = totals(b, c)
  const plain = pearson(b, c)
  if (!n || !plain) return undefined
  const { df } = plain
  const cramersV = Math.min(1, Math.sqrt(plain.statistic / (n.nB + n.nC)))
  if (table === 'homogeneity' && !(yates && df === 1)) return { ...plain, cramersV }
  const statistic =
    table === 'goodness_of_fit' ? goodnessOfFit(b, c, n.nB, n.nC) : yatesCorrected(b, c, n.nB, n.nC)
  return { statistic, df, pValue: chiSquareSf(statistic, df), cramersV }
}

/** `sum (c_i - e_i)² / e_i` with `e_i = n_c b_i / n_b`. */
function goodnessOfFit(b: Counts, c: Counts, nB: number, nC: number): number {
  const terms = b.map((rowsB, i) => {
    const expected = (rowsB * nC) / nB
    const deviation = c[i] - expected
    return deviation === 0 ? 0 : (deviation * deviation) / expected
  })
  // A compensated sum would turn Infinity into NaN.
  return terms.includes(Infinity) ? Infinity : sum(terms)
}

/** Yates (1934): each count moves half a row towards its expectation, but not past it. */
function yatesCorrected(b: Counts, c: Counts, nB: number, nC: number): number {
  const n = nB + nC
  const terms = b.map((rowsB, i) => {
    const rows = rowsB + c[i]
    if (rows === 0) return 0
    const deviation = Math.abs(rowsB * nC - c[i] * nB) / n
    const corrected = Math.max(0, deviation - 0.5) * n
    return ((corrected / nB) * (corrected / nC)) / rows
  })
  return sum(terms)
}
