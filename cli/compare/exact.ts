import { sum } from '../../domain/sum.ts'
import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import { groupsOfPoints } from '../../ingest/baseline/binning.ts'
import { pointsOf, type Point } from '../../ingest/baseline/points.ts'
import { LOWEST_EDGE, type ColumnProfile } from '../../store/profiles/binning.ts'
import type { ValueCounts } from './value-counts.ts'

/** All rows of each side, those without a value included. */
export interface RowCounts {
  baseline: number
  current: number
}

/** Every distinct value of both sides as a cell of its own; PSI's groups are those that ingest would derive. */
export function exactNumeric(counted: ValueCounts<number>, rows: RowCounts): ColumnInput {
  const { values, baseline } = counted
  const points = pointsOf(
    values.flatMap((value, i) => (baseline[i] > 0 ? [{ value, rows: baseline[i] }] : [])),
  )
  const found = snapToPoints(counted, points)
  // A binning starts at the lowest double; where no row has it, that cell is empty.
  const padding = found.values[0] === LOWEST_EDGE ? [] : [LOWEST_EDGE]
  const edges = [...padding, ...found.values]
  const centre = meanOf(points)
  const profile = (counts: readonly number[], all: number): ColumnProfile => {
    const slots = withMissing([...padding.map(() => 0), ...counts], all)
    const distance = (slot: number) => edges[slot - 1] - centre
    const sums = slots.map((count, slot) => (slot > 0 && count > 0 ? count * distance(slot) : 0))
    const squares = sums.reduce((total, sum, slot) => (sum === 0 ? total : total + sum * distance(slot)), 0)
    return { counts: slots, sums, squares }
  }
  return {
    binning: { kind: 'numeric', edges, groups: groupsOfPoints(points), centre, exact: true },
    baseline: profile(found.baseline, rows.baseline),
    window: profile(found.current, rows.current),
  }
}

/** Counts what single precision cannot tell from a value of the baseline as that value. */
function snapToPoints(
  { values, baseline, current }: ValueCounts<number>,
  points: readonly Point[],
): ValueCounts<number> {
  const snapped: ValueCounts<number> = { values: [], baseline: [], current: [] }
  let next = 0
  values.forEach((value, i) => {
    while (next < points.length && points[next].to <= value) next++
    const own = next < points.length && points[next].from <= value ? points[next].value : value
    const last = snapped.values.length - 1
    if (snapped.values[last] === own) {
      snapped.baseline[last] += baseline[i]
      snapped.current[last] += current[i]
      return
    }
    snapped.values.push(own)
    snapped.baseline.push(baseline[i])
    snapped.current.push(current[i])
  })
  return snapped
}

function meanOf(points: readonly Point[]): number {
  const n = points.reduce((sum, { rows }) => sum + rows, 0)
  return points.reduce((mean, { value, rows }) => mean + value * (rows / n), 0)
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
  return [rows - sum(counts), ...counts]
}
