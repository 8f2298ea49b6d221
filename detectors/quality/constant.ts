import type { ColumnInput } from '../verdict/column-input.ts'
import { rowsOf } from '../verdict/column-input.ts'
import { singleValued } from '../verdict/constant.ts'

/** Squares of deviations lose digits; below this part of what they are computed from nothing varies. */
const ROUNDING = 1e-12

/** Whether all values of the window, missing apart, are one and the same; undefined where it has none. */
function hasOneValue({ binning, window }: ColumnInput): boolean | undefined {
  const { n, missing } = rowsOf(window)
  if (n === missing) return undefined
  const slot = window.counts.findIndex((rows, i) => i > 0 && rows > 0)
  if (window.counts.some((rows, i) => i > slot && rows > 0)) return false
  if (singleValued(binning)[slot]) return true
  if (binning.kind === 'categorical') return false
  const mean = (window.sums[slot] ?? 0) / (n - missing)
  return window.squares - mean * mean * (n - missing) <= ROUNDING * window.squares
}

/**
 * How probable it is by chance that a column that varied in the baseline has one value in the window: that all rows
 * fall where the window's do, with the baseline's share of that place. 1 where the column varies, or never did.
 */
export function constantPValue(input: ColumnInput): number {
  if (hasOneValue(input) !== true) return 1
  const { baseline, window } = input
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const slot = window.counts.findIndex((rows, i) => i > 0 && rows > 0)
  const values = b.n - b.missing
  if (values === 0) return 1
  // A value that the baseline held in all rows but perhaps the next one.
  const share = ((baseline.counts[slot] ?? 0) + 1) / (values + 1)
  return share ** (c.n - c.missing)
}
