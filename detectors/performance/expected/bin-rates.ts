import { sum } from '../../../domain/sum.ts'
import { fitIsotonic, isotonicValue } from '../isotonic.ts'
import { meanVariance } from '../interval.ts'
import type { ErrorSums } from './expected-input.ts'

/** More of the predictions than this without a known error, and nothing is said of all of them. */
export const MAX_UNKNOWN = 0.1

/** Rates of labels or mean errors of bins, as a baseline had them, and how uncertain they are. */
export interface BinRates {
  /** NaN where the baseline tells nothing of the bin. */
  values: readonly number[]
  /** The independent estimates that each value is the weighted mean of, by their positions in `variances`. */
  parts: readonly (readonly { of: number; weight: number }[])[]
  variances: readonly number[]
}

/**
 * Rates that never fall from bin to bin. Bins that are pooled share one estimate; one without rows lies between its
 * neighbours, and beyond them has the outermost. Undefined without rows.
 *
 * The variance of an estimate is `r (1 - r) / N`, with r = (hits + 1/2) / (N + 1), because a bin that never saw a
 * positive label is no proof that it never will.
 */
export function monotoneRates(hits: readonly number[], rows: readonly number[]): BinRates | undefined {
  const occupied = rows.flatMap((count, i) => (count > 0 ? [i] : []))
  const fit = fitIsotonic(
    occupied,
    occupied.map((i) => hits[i] / rows[i]),
    occupied.map((i) => rows[i]),
  )
  if (fit === undefined) return undefined
  const pools: { hits: number; rows: number }[] = []
  const poolOf = new Map<number, number>()
  fit.y.forEach((value, k) => {
    if (k === 0 || value !== fit.y[k - 1]) pools.push({ hits: 0, rows: 0 })
    const pool = pools[pools.length - 1]
    pool.hits += hits[occupied[k]]
    pool.rows += rows[occupied[k]]
    poolOf.set(occupied[k], pools.length - 1)
  })
  let next = 0
  return {
    values: rows.map((_, i) => isotonicValue(fit, i)),
    parts: rows.map((_, i) => {
      while (next < occupied.length && occupied[next] < i) next++
      const [below, above] = [occupied[next - 1] ?? occupied[next], occupied[next] ?? occupied[next - 1]]
      const share = above === below ? 1 : (i - below) / (above - below)
      return [
        { of: poolOf.get(above)!, weight: share },
        ...(share < 1 ? [{ of: poolOf.get(below)!, weight: 1 - share }] : []),
      ]
    }),
    variances: pools.map((pool) => {
      const rate = (pool.hits + 0.5) / (pool.rows + 1)
      return (rate * (1 - rate)) / pool.rows
    }),
  }
}

/** Fewer rows than this tell no error of a pool. */
const MIN_ROWS = 5
/** The variance within a pool of fewer rows than this says little: that of all rows counts where it is larger. */
const FEW_ROWS = 30

/** Mean errors of bins, where several may share those of a pool. */
export function meanErrors({ rows, sums, squares, bins }: ErrorSums): BinRates {
  const n = sum(rows)
  const ofOne = meanVariance(n, sum(sums), sum(squares)) * n
  const isKnown = (pool: number | null): pool is number => pool !== null && rows[pool] >= MIN_ROWS
  return {
    values: bins.map((pool) => (isKnown(pool) ? sums[pool] / rows[pool] : NaN)),
    parts: bins.map((pool) => (isKnown(pool) ? [{ of: pool, weight: 1 }] : [])),
    variances: rows.map((count, i) => {
      if (count < MIN_ROWS) return 0
      const own = meanVariance(count, sums[i], squares[i])
      return count < FEW_ROWS ? Math.max(own, ofOne / count) : own
    }),
  }
}
