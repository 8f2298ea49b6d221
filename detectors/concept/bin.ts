/**
 * Cells of a column that are tested together.
 *
 * Merged cells hold different shares of either side's rows, and labels differ between cells: plain means over the
 * bin would tell a shift of X from cell to cell as a change of the labels given X. So the baseline's mean is that of
 * its cells weighted by the window's rows, `sum w_j y_b,j` with `w_j = n_c,j / n_c`. If nothing changed, a cell adds
 * `omega_j = w_j² (1/n_b,j + 1/n_c,j)` times the variance of a label in it to the variance of the difference.
 */
import type { Cell, CellSide } from './cell.ts'

/** Rows of a class that a test needs to be expected on each side. */
const MIN_EXPECTED = 10
/** Rows that a mean of numbers needs on each side. */
const MIN_ROWS = 50
/** A variance below this share of the mean square is rounding. */
const ROUNDING = 1e-15

/** One bin with the difference between its sides. Arrays have a place for each class, or one for numbers. */
export interface ConceptBin {
  slots: readonly number[]
  rows: { baseline: number; window: number }
  /** Shares of classes, or the mean of `y - centre`: what the baseline's would be over the window's rows. */
  baseline: readonly number[]
  window: readonly number[]
  /** Of `window - baseline`, if nothing changed. */
  variances: readonly number[]
  /** Whether the class has enough rows to be tested by itself; those that have not are taken together. */
  alone: readonly boolean[]
  /** Chi-square, with `df` degrees of freedom if nothing changed. */
  statistic: number
  df: number
}

/** The bin of these cells; undefined when they hold too few rows to be tested. */
export function binOf(cells: readonly Cell[], kind: 'classes' | 'number'): ConceptBin | undefined {
  return kind === 'classes' ? classBin(cells) : numberBin(cells)
}

/** What both kinds need of cells: see the head of this file. */
function weigh(cells: readonly Cell[]) {
  const rows = {
    baseline: sum(cells, ({ baseline }) => baseline.rows),
    window: sum(cells, ({ window }) => window.rows),
  }
  const weights = cells.map(({ window }) => window.rows / rows.window)
  const omegas = cells.map(
    ({ baseline, window }, j) => weights[j] ** 2 * (1 / baseline.rows + 1 / window.rows),
  )
  const omega = omegas.reduce((total, one) => total + one, 0)
  return {
    slots: cells.map(({ slot }) => slot),
    rows,
    /** The rows that a plain mean with the variance of the baseline's weighted one would have. */
    leastRows: Math.min(1 / (omega - 1 / rows.window), rows.window),
    omega,
    /** Means over cells, weighted as differences are. */
    byRows: (of: (cell: Cell) => readonly number[]) => weightedMeans(cells.map(of), weights),
    /** Means over cells, weighted as variances are. */
    byOmega: (of: (cell: Cell) => readonly number[]) =>
      weightedMeans(
        cells.map(of),
        omegas.map((one) => one / omega),
      ),
  }
}

/**
 * Shares of classes. The variance of a share is that of a row drawn from the cells in proportion to omega, over both
 * sides together: `p (1 - p) omega`, never less than the sum over cells, since p (1 - p) is concave. Of one cell
 * the statistic is Pearson's chi-square of homogeneity.
 */
function classBin(cells: readonly Cell[]): ConceptBin | undefined {
  const { slots, rows, leastRows, omega, byRows, byOmega } = weigh(cells)
  const shares = byOmega(pooledShares)
  const groups = poolClasses(shares, MIN_EXPECTED / leastRows)
  if (groups.length < 2) return undefined
  const baseline = byRows((cell) => cell.baseline.means)
  const window = byRows((cell) => cell.window.means)
  const statistic = groups.reduce((total, group) => {
    const over = (values: readonly number[]) => group.reduce((part, k) => part + values[k], 0)
    return total + (over(window) - over(baseline)) ** 2 / (over(shares) * omega)
  }, 0)
  return {
    slots,
    rows,
    baseline,
    window,
    variances: shares.map((p) => p * (1 - p) * omega),
    alone: shares.map((_, k) => groups.some((group) => group.length === 1 && group[0] === k)),
    statistic,
    df: groups.length - 1,
  }
}

function pooledShares({ baseline, window }: Cell): number[] {
  const rows = baseline.rows + window.rows
  return baseline.means.map((share, k) => (share * baseline.rows + window.means[k] * window.rows) / rows)
}

/** Classes of at least this share by themselves, the others together, and with the rarest of them if still short. */
function poolClasses(shares: readonly number[], least: number): number[][] {
  const order = shares.map((_, k) => k).sort((a, b) => shares[b] - shares[a])
  const kept = order.filter((k) => shares[k] >= least).map((k) => [k])
  const short = order.filter((k) => shares[k] > 0 && shares[k] < least)
  if (short.length === 0) return kept
  const enough = short.reduce((part, k) => part + shares[k], 0) >= least
  if (enough || kept.length === 0) return enough ? [...kept, short] : []
  return [...kept.slice(0, -1), [...kept[kept.length - 1], ...short]]
}

/** Means of numbers, with the pooled variance within the sides: a difference between them is not part of it. */
function numberBin(cells: readonly Cell[]): ConceptBin | undefined {
  const { slots, rows, leastRows, omega, byRows, byOmega } = weigh(cells)
  if (leastRows < MIN_ROWS) return undefined
  const within = (side: (cell: Cell) => CellSide) => {
    const [mean] = byOmega((cell) => side(cell).means)
    const [meanSquare] = byOmega((cell) => side(cell).meanSquares)
    return { variance: meanSquare - mean ** 2, meanSquare }
  }
  const b = within((cell) => cell.baseline)
  const c = within((cell) => cell.window)
  const pooled = (of: 'variance' | 'meanSquare') => rows.baseline * b[of] + rows.window * c[of]
  const spread = Math.max(pooled('variance'), ROUNDING * pooled('meanSquare'))
  const variance = (spread / (rows.baseline + rows.window - 2)) * omega
  const [baseline] = byRows((cell) => cell.baseline.means)
  const [window] = byRows((cell) => cell.window.means)
  const statistic = variance > 0 ? (window - baseline) ** 2 / variance : 0
  return {
    slots,
    rows,
    baseline: [baseline],
    window: [window],
    variances: [variance],
    alone: [true],
    statistic,
    df: variance > 0 ? 1 : 0,
  }
}

function weightedMeans(vectors: readonly (readonly number[])[], weights: readonly number[]): number[] {
  return vectors[0].map((_, k) => vectors.reduce((total, vector, j) => total + weights[j] * vector[k], 0))
}

function sum(cells: readonly Cell[], of: (cell: Cell) => number): number {
  return cells.reduce((total, cell) => total + of(cell), 0)
}
