import type { NumericGroups } from '../../store/profiles/binning.ts'
import type { Point } from './points.ts'

/** With more distinct values than this, PSI groups a column by atoms and ranges, else by value. */
export const MAX_GROUPED_VALUES = 20
/** How many groups of about equal size there are, and so which share of the rows makes a value an atom. */
const GROUPS = 10

/** A point that holds a tenth of the rows or more, and the rows of lesser values. */
export interface Atom extends Point {
  below: number
}

/** A baseline's values in ascending order. */
export interface SortedValues {
  /** How many there are. */
  n: number
  /** The value at a rank, from 0. */
  valueAt: (rank: number) => number
  /** Ascending. */
  atoms: readonly Atom[]
}

/** The points that are groups of their own. */
export function heavyPoints(points: readonly Point[], n: number): Point[] {
  return points.filter(({ rows }) => rows * GROUPS >= n)
}

/** All values, where each distinct one is known with its rows. */
export function sortedValues(points: readonly Point[]): SortedValues {
  const upTo: number[] = []
  for (const { rows } of points) upTo.push((upTo.at(-1) ?? 0) + rows)
  const n = upTo.at(-1) ?? 0
  const heavy = new Set(heavyPoints(points, n))
  return {
    n,
    valueAt: (rank) => points[firstAbove(upTo, rank)].value,
    atoms: points.flatMap((point, i) =>
      heavy.has(point) ? [{ ...point, below: upTo[i] - point.rows }] : [],
    ),
  }
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

/** A place among the ranks of all rows, `share` of the way from `rank` to `next`. */
export interface Position {
  rank: number
  next: number
  share: number
}

/**
 * Where the rows that are no atom are cut: at their quantiles i/m, 0 < i < m (Hyndman and Fan's type 7), with
 * m = max(2, round(10 n_R / n)) for n_R such rows out of n. Without atoms these are the deciles.
 */
export function restPositions({ n, atoms }: Pick<SortedValues, 'n' | 'atoms'>): Position[] {
  const rest = n - atoms.reduce((sum, { rows }) => sum + rows, 0)
  if (rest === 0) return []
  const groups = Math.max(2, Math.round((GROUPS * rest) / n))
  return Array.from({ length: groups - 1 }, (_, i) => {
    const position = ((rest - 1) * (i + 1)) / groups
    const rank = Math.floor(position)
    return {
      rank: amongAll(rank, atoms),
      next: amongAll(Math.ceil(position), atoms),
      share: position - rank,
    }
  })
}

/** The rank among all rows of the row that has this rank among those that are no atom. */
export function amongAll(rank: number, atoms: readonly Atom[]): number {
  return atoms.reduce((found, { below, rows }) => (found >= below ? found + rows : found), rank)
}

type EdgeGroups = Extract<NumericGroups, { by: 'edge' }>

/** PSI's groups of a column with many values. */
export function groupsByEdge({ n, valueAt, atoms }: SortedValues): EdgeGroups {
  const positions = restPositions({ n, atoms })
  const edges = positions.map(({ rank, next, share }) => interpolate(valueAt(rank), valueAt(next), share))
  return {
    by: 'edge',
    edges: distinct(edges),
    ...(atoms.length > 0 && { atoms: atoms.map(({ value }) => value) }),
  }
}

/**
 * The least value that is no atom, where no edge lies above it: most of the few rows beside an atom hold that value, and
 * all of them would be one group. They are then cut above it as well, {@link cutAt} the next value.
 */
export function undividedFrom({ edges }: EdgeGroups, { valueAt, atoms }: SortedValues): number | undefined {
  const least = edges.length > 0 ? valueAt(amongAll(0, atoms)) : undefined
  return edges.at(-1) === least ? least : undefined
}

export function cutAt(groups: EdgeGroups, edge: number): EdgeGroups {
  return { ...groups, edges: [...groups.edges, edge] }
}

/** Linear interpolation that is exact at both ends and cannot overflow. */
export function interpolate(a: number, b: number, t: number): number {
  const step = b - a
  if (!Number.isFinite(step)) return a * (1 - t) + b * t
  return t < 0.5 ? a + step * t : b - step * (1 - t)
}

/** Ascending; -0 is the same value as 0. */
export function distinct(values: readonly number[]): number[] {
  return [...new Set(values.map((value) => value + 0))].sort((a, b) => a - b)
}
