import type { ColumnInput } from '../../detectors/column-input.ts'
import { numericGroups, quantilesOf } from '../../ingest/binning.ts'
import { LOWEST_EDGE, type ColumnProfile, type NumericBinning } from '../../store/binning.ts'
import type { ValueCounts } from './value-counts.ts'

/** All rows of each side, those without a value included. */
export interface RowCounts {
  baseline: number
  current: number
}

/** Every distinct value of both sides as a cell of its own; PSI's groups are those that ingest would derive. */
export function exactNumeric(found: ValueCounts<number>, rows: RowCounts): ColumnInput {
  // A binning starts at the lowest double; where no row has it, that cell is empty.
  const padding = found.values[0] === LOWEST_EDGE ? [] : [LOWEST_EDGE]
  const edges = [...padding, ...found.values]
  const { groups, centre } = describeBaseline(found)
  const profile = (counts: readonly number[], all: number): ColumnProfile => {
    const slots = withMissing([...padding.map(() => 0), ...counts], all)
    const distance = (slot: number) => edges[slot - 1] - centre
    const sums = slots.map((count, slot) => (slot > 0 && count > 0 ? count * distance(slot) : 0))
    const squares = sums.reduce((total, sum, slot) => (sum === 0 ? total : total + sum * distance(slot)), 0)
    return { counts: slots, sums, squares }
  }
  return {
    binning: { kind: 'numeric', edges, groups, centre, exact: true },
    baseline: profile(found.baseline, rows.baseline),
    window: profile(found.current, rows.current),
  }
}

function describeBaseline(found: ValueCounts<number>): Pick<NumericBinning, 'groups' | 'centre'> {
  const values: number[] = []
  /** Rows up to and with each value. */
  const upTo: number[] = []
  found.values.forEach((value, i) => {
    if (found.baseline[i] === 0) return
    values.push(value)
    upTo.push((upTo.at(-1) ?? 0) + found.baseline[i])
  })
  const n = upTo.at(-1) ?? 0
  if (n === 0) return { groups: { by: 'value', values: [] }, centre: 0 }
  const quantiles = quantilesOf(n, (rank) => values[firstAbove(upTo, rank)])
  const centre = values.reduce((mean, value, i) => mean + value * ((upTo[i] - (upTo[i - 1] ?? 0)) / n), 0)
  return { groups: numericGroups(values, quantiles), centre }
}

/** Index of the first of the ascending numbers that is above `x`. */
function firstAbove(ascending: readonly number[], x: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] > x) high = middle
    else low = middle + 1
  }
  return low
}

/** Every category of both sides as a cell of its own, those that the baseline lacks too. */
export function exactCategorical(found: ValueCounts<string>, rows: RowCounts): ColumnInput {
  const singletons = found.baseline.reduce((sum, count) => (count === 1 ? sum + 1 : sum), 0)
  const profile = (counts: readonly number[], all: number): ColumnProfile => ({
    counts: [...withMissing(counts, all), 0],
    sums: [],
    squares: 0,
  })
  return {
    binning: { kind: 'categorical', categories: found.values, truncated: false, singletons },
    baseline: profile(found.baseline, rows.baseline),
    window: profile(found.current, rows.current),
  }
}

function withMissing(counts: readonly number[], rows: number): number[] {
  return [rows - counts.reduce((sum, count) => sum + count, 0), ...counts]
}
