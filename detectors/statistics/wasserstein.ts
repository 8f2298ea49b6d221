/** First-order Wasserstein (earth mover's) distance, `integral |F_b(x) - F_c(x)| dx`, in the column's own unit. */
import { sum } from 'simple-statistics'
import { totals, type Counts } from './counts.ts'

/**
 * Exact distance over all rows.
 * @param values ascending distinct values of both sides together
 * @param b, c rows of each side per value
 * @returns `undefined` when a side is empty
 */
export function wassersteinExact(values: readonly number[], b: Counts, c: Counts): number | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  let belowB = 0
  let belowC = 0
  const areas: number[] = []
  for (let i = 0; i + 1 < values.length; i++) {
    belowB += b[i]
    belowC += c[i]
    areas.push(Math.abs(belowB / n.nB - belowC / n.nC) * (values[i + 1] - values[i]))
  }
  return sum(areas)
}

export interface BinnedDistance {
  /** A lower bound of the exact distance. */
  value: number
  /** The exact distance is at most `value + bound`. Infinity when a single bin, open at both ends, holds everything. */
  bound: number
}

export interface DistanceBins {
  /** Lower edges, ascending. */
  edges: readonly number[]
  /** What the sums are relative to. */
  centre: number
  /** The one value of a bin, where it holds only one: what happens inside is then known. */
  values: readonly (number | undefined)[]
}

/**
 * Distance from bins: the sum over bins of `|integral of F_b - F_c|`, each integral being exact by the value sums.
 *
 * It falls short where F_b - F_c changes sign inside a bin. With difference d at the bin's lower edge and shares p_i,
 * q_i inside, it stays in `[d - q_i, d + p_i]`: where that holds both signs the shortfall is at most
 * `width (p_i + q_i) / 2`, elsewhere 0. The outermost bins have no width; there F_b - F_c is a difference of two tail
 * shares, so the shortfall is at most twice the smaller of the two sides' tail integrals (0 when only one has rows).
 * @param bins K bins, the first one open below, the last one above
 * @param b, c rows per bin, without the missing slot
 * @param bSums, cSums sum of `x - centre` per bin
 * @returns `undefined` when a side is empty
 */
export function wassersteinBinned(
  { edges, centre, values }: DistanceBins,
  b: Counts,
  c: Counts,
  bSums: readonly number[],
  cSums: readonly number[],
): BinnedDistance | undefined {
  const n = totals(b, c)
  if (!n) return undefined
  const { nB, nC } = n
  const K = edges.length
  if (K === 1) {
    const value = Math.abs(bSums[0] / nB - cSums[0] / nC)
    return { value, bound: Infinity }
  }
  const areas: number[] = []
  const bounds: number[] = []
  let belowB = 0
  let belowC = 0
  for (let i = 0; i < K; i++) {
    const lower = edges[i] - centre
    const upper = i + 1 < K ? edges[i + 1] - centre : Infinity
    if (i === 0 || i === K - 1) {
      const edge = i === 0 ? upper : lower
      const tailB = Math.abs(b[i] * edge - bSums[i]) / nB
      const tailC = Math.abs(c[i] * edge - cSums[i]) / nC
      areas.push(Math.abs(tailB - tailC))
      bounds.push(2 * Math.min(tailB, tailC))
    } else if (values[i] !== undefined) {
      const after = (belowB + b[i]) / nB - (belowC + c[i]) / nC
      const before = belowB / nB - belowC / nC
      areas.push(Math.abs(before) * (values[i]! - edges[i]) + Math.abs(after) * (edges[i + 1] - values[i]!))
    } else {
      const before = belowB / nB - belowC / nC
      const insideB = (b[i] * upper - bSums[i]) / nB
      const insideC = (c[i] * upper - cSums[i]) / nC
      const width = edges[i + 1] - edges[i]
      areas.push(Math.abs(before * width + insideB - insideC))
      const p = b[i] / nB
      const q = c[i] / nC
      bounds.push(before + p > 0 && before - q < 0 ? (width * (p + q)) / 2 : 0)
    }
    belowB += b[i]
    belowC += c[i]
  }
  return { value: sum(areas), bound: sum(bounds) }
}
