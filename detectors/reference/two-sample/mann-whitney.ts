import { sum } from 'simple-statistics'
import { totals, type Counts } from '../../statistics/counts.ts'
import { normalSf } from '../../statistics/tails.ts'

export interface MannWhitney {
  /** Pairs in which the baseline's value is the larger, equal ones as a half; from 0 to `n_b n_c`. */
  u: number
  pValue: number
}

/**
 * Mann–Whitney U (Wilcoxon rank-sum) test: is a value of one side as likely the larger as the smaller? Two-sided.
 *
 * p by the normal approximation, with the variance corrected for ties and half a pair for continuity, as
 * `scipy.stats.mannwhitneyu(method='asymptotic')` and ClickHouse's `mannWhitneyUTest`. Good from about 8 rows a side;
 * SciPy's default counts exactly below that where there are no ties. Sees shifts; a change of variance alone it does not.
 * @param b, c rows per distinct value, ascending, as `distinctValues` gives them
 * @returns `undefined` when a side is empty
 */
export function mannWhitney(b: Counts, c: Counts): MannWhitney | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  const { nB, nC } = n
  let belowC = 0
  const pairs = b.map((rows, i) => {
    const larger = rows * (belowC + c[i] / 2)
    belowC += c[i]
    return larger
  })
  const u = sum(pairs)
  const all = nB + nC
  const ties = sum(b.map((rows, i) => (rows + c[i]) ** 3 - (rows + c[i])))
  const variance = ((nB * nC) / 12) * (all + 1 - ties / (all * (all - 1)))
  const excess = Math.abs(u - (nB * nC) / 2) - 0.5
  if (!(variance > 0) || excess <= 0) return { u, pValue: 1 }
  return { u, pValue: 2 * normalSf(excess / Math.sqrt(variance)) }
}
