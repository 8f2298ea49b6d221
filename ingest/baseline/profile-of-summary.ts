import type { ColumnProfile, NumericBinning } from '../../store/profiles/binning.ts'
import type { NumericSummary, Slices } from '../../store/profiles/numeric-summary.ts'
import { quantilesOf } from './binning.ts'

/**
 * The rows over a column's bins, as far as its summary tells them: each value is known, or each bin ends between two
 * neighbours of the sorted values. Else undefined, and the rows must be counted.
 * @param rows those without a value included
 */
export function profileOfSummary(
  binning: NumericBinning,
  summary: NumericSummary,
  rows: number,
): ColumnProfile | undefined {
  const { values, slices } = summary
  if (values) return profileOfValues(binning, values, rows - summary.n)
  return slices && profileOfSlices(binning, summary, slices, rows - summary.n)
}

function profileOfValues(
  { edges, centre }: NumericBinning,
  values: readonly { value: number; rows: number }[],
  missing: number,
): ColumnProfile {
  const counts = [missing, ...edges.map(() => 0)]
  const sums = counts.map(() => 0)
  let squares = 0
  for (const { value, rows } of values) {
    const slot = edges.findLastIndex((edge) => edge <= value) + 1
    counts[slot] += rows
    sums[slot] += rows * (value - centre)
    squares += rows * (value - centre) ** 2
  }
  return { counts, sums, squares }
}

/** A place among the sorted values: how many are below it, and the sum of those in the slice that are. */
interface Cut {
  slice: number
  below: number
  sum: number
}

const START: Cut = { slice: 0, below: 0, sum: 0 }
const endOf = (n: number, { sums }: Slices): Cut => ({ slice: sums.length, below: n, sum: 0 })

function profileOfSlices(
  { edges, centre }: NumericBinning,
  { n, valueAt }: NumericSummary,
  slices: Slices,
  missing: number,
): ColumnProfile | undefined {
  const cuts = cutsAt(n, (rank) => valueAt.get(rank)!, slices, centre)
  const counts = [missing]
  const sums = [0]
  let last = START
  const add = (cut: Cut) => {
    counts.push(cut.below - last.below)
    let total = cut.sum - last.sum
    for (let slice = last.slice; slice < cut.slice; slice++) total += slices.sums[slice]
    sums.push(total)
    last = cut
  }
  for (const edge of edges.slice(1)) {
    const cut = edge <= slices.at[0] ? START : edge > valueAt.get(n - 1)! ? endOf(n, slices) : cuts.get(edge)
    if (cut === undefined) return undefined
    add(cut)
  }
  add(endOf(n, slices))
  return { counts, sums, squares: slices.squares }
}

/** The cut at each quantile, where it does not divide equal values. */
function cutsAt(
  n: number,
  valueAt: (rank: number) => number,
  { starts, at, before }: Slices,
  centre: number,
): ReadonlyMap<number, Cut> {
  const cuts = new Map<number, Cut>()
  quantilesOf(n, valueAt)
    .slice(1, -1)
    .forEach((quantile, i) => {
      const slice = i + 1
      const [rank, value] = [starts[slice], at[slice]]
      if (quantile > value) cuts.set(quantile, { slice, below: rank + 1, sum: value - centre })
      else if (before[slice] < value) cuts.set(quantile, { slice, below: rank, sum: 0 })
    })
  return cuts
}
