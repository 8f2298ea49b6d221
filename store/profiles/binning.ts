/**
 * The bins of a column, derived once from a baseline and never changed, and the counts kept over them.
 *
 * A count array has one slot a bin plus slots of its own for what no bin holds:
 * numeric: `[missing, bin 0, …, bin K-1]`, bin i being `[edges[i], edges[i + 1])`, the last one open above;
 * categorical: `[missing, category 0, …, category C-1, rest]`.
 */

/** Every numeric bin array starts here, the lowest finite double, so that each finite value has a bin. */
export const LOWEST_EDGE = -Number.MAX_VALUE

/**
 * How PSI groups a numeric column: one group a baseline value (plus "other"), or a group for each atom, a value that
 * holds at least a tenth of the baseline, and ranges between edges for the other rows. A range may span an atom.
 */
export type NumericGroups =
  | { by: 'value'; values: readonly number[] }
  | { by: 'edge'; edges: readonly number[]; atoms?: readonly number[] }

export interface NumericBinning {
  kind: 'numeric'
  /**
   * Ascending and distinct; `edges[0]` is {@link LOWEST_EDGE}. Contains every edge of `groups` that lies in no cell of
   * `points`.
   */
  edges: readonly number[]
  /**
   * Values with a cell of their own, ascending. Absent from binnings stored by earlier versions, whose cells of one
   * value end at the next double above it.
   */
  points?: readonly number[]
  groups: NumericGroups
  /** The baseline mean: value sums are of `x - centre`, so that they keep their digits. */
  centre: number
  /**
   * Every cell holds one distinct value of both sides, at its lower edge (`compare` on small files): what is
   * computed over the cells is exact, and `edges` need not contain the decile edges of `groups`.
   */
  exact?: boolean
  /** Of the column `confidence`: the classes, of which each has cells of its own. */
  classes?: readonly string[]
}

export interface CategoricalBinning {
  kind: 'categorical'
  /** Canonical spelling, most frequent in the baseline first. */
  categories: readonly string[]
  /** True when the baseline had more categories than are listed: the last slot then mixes known and unseen. */
  truncated: boolean
  /** Categories seen exactly once in the baseline; their share is the expected share of unseen ones (Good–Turing). */
  singletons: number
  /** Of labels of a binary model: the class that scores are the probability of, where that is known. */
  positive?: string
}

export type ColumnBinning = NumericBinning | CategoricalBinning

/** What is known of one column over some rows. Of a categorical column `sums` is empty and `squares` 0. */
export interface ColumnProfile {
  counts: readonly number[]
  /** Per slot, the sum of `x - centre`. */
  sums: readonly number[]
  /** Over all slots, the sum of `(x - centre)²`. */
  squares: number
}

/** Number of slots in a count array of this binning. */
export function slotCount(binning: ColumnBinning): number {
  return binning.kind === 'numeric' ? binning.edges.length + 1 : binning.categories.length + 2
}

/** The next representable double above `x` (IEEE 754 nextUp); `Infinity` above the largest. */
export function nextDouble(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x
  if (x === 0) return Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  view.setBigUint64(0, view.getBigUint64(0) + (x > 0 ? 1n : -1n))
  return view.getFloat64(0)
}

/** The one value that each cell holds, in the order of the cells; undefined where it may hold several. */
export function cellValues({ edges, points, exact }: NumericBinning): (number | undefined)[] {
  if (exact === true) return [...edges]
  if (points === undefined)
    return edges.map((edge, cell) => (edges[cell + 1] === nextDouble(edge) ? edge : undefined))
  let next = 0
  return edges.map((_, cell) => {
    const holdsNext = next < points.length && (cell + 1 === edges.length || points[next] < edges[cell + 1])
    return holdsNext ? points[next++] : undefined
  })
}
