/** Pearson's two-sample chi-square over bins: the significance that goes with PSI. Pearson (1900, 1911). */
import { sum } from 'simple-statistics'
import { totals, type Counts } from './counts.ts'
import { chiSquareSf } from './tails.ts'

export interface ChiSquareTest {
  /** X², at least 0. */
  statistic: number
  /** Degrees of freedom: occupied bins - 1. */
  df: number
  /** Upper tail of chi-square; 1 where there are no degrees of freedom. */
  pValue: number
}

/**
 * `X² = sum (c_i n_b - b_i n_c)² / (n_b n_c (b_i + c_i))` with K - 1 degrees of freedom.
 * Bins empty on both sides are left out and not counted in K; `undefined` when a side is empty.
 */
export function pearson(b: Counts, c: Counts): ChiSquareTest | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  const { nB, nC } = n
  const terms: number[] = []
  b.forEach((rowsB, i) => {
    const rowsC = c[i]
    const rows = rowsB + rowsC
    const difference = rowsC * nB - rowsB * nC
    if (rows > 0) terms.push(((difference / nB) * (difference / nC)) / rows)
  })
  const statistic = sum(terms)
  const df = terms.length - 1
  return { statistic, df, pValue: chiSquareSf(statistic, df) }
}
