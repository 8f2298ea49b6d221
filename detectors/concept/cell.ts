import type { LabelledProfile } from '../../store/labelled/labelled-profiles.ts'

/** What the labels of one side are like within one cell of a column. */
export interface CellSide {
  rows: number
  /** The share of each class; of numbers the mean of `y - centre`, alone. */
  means: readonly number[]
  /** The means of the squares; of classes they are the shares themselves. */
  meanSquares: readonly number[]
}

/** One slot of a column that has labelled rows on both sides: nothing can be compared elsewhere. */
export interface Cell {
  slot: number
  baseline: CellSide
  window: CellSide
}

/** Labelled rows of one column on both sides. */
export interface ConceptInput {
  /** Whether slots next to one another hold values next to one another: numeric columns. */
  ordered: boolean
  /** Classes that are told apart, the last one being all others; undefined where labels are numbers. */
  classes?: number | undefined
  baseline: LabelledProfile
  window: LabelledProfile
}

/** The slots of the column that can be compared, ascending; slot 0 holds missing values. */
export function cellsOf({ classes, baseline, window }: ConceptInput): Cell[] {
  const cells: Cell[] = []
  const slots = baseline.counts.length / (classes ?? 1)
  for (let slot = 0; slot < slots; slot++) {
    const [b, c] = [sideOf(baseline, slot, classes), sideOf(window, slot, classes)]
    if (b.rows > 0 && c.rows > 0) cells.push({ slot, baseline: b, window: c })
  }
  return cells
}

function sideOf({ counts, sums, squares }: LabelledProfile, slot: number, classes?: number): CellSide {
  if (classes === undefined) {
    const rows = counts[slot] ?? 0
    return { rows, means: [(sums[slot] ?? 0) / rows], meanSquares: [(squares[slot] ?? 0) / rows] }
  }
  const byClass = Array.from({ length: classes }, (_, k) => counts[slot * classes + k] ?? 0)
  const rows = total(byClass)
  const shares = byClass.map((count) => count / rows)
  return { rows, means: shares, meanSquares: shares }
}

/** All labelled rows of a side, whatever cell they lie in. */
export function labelledRows({ counts }: LabelledProfile): number {
  return total(counts)
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
