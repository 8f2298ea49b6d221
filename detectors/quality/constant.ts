import { rowsOf, type ColumnInput } from '../verdict/column-input.ts'
import { onlySlot, singleValued } from '../verdict/constant.ts'

/** Squares of deviations lose digits; below this part of what they are computed from nothing varies. */
const ROUNDING = 1e-12

/**
 * How probable it is by chance that a column that varied in the baseline has one value in the window: that all rows
 * fall where the window's do, with the baseline's share of that place. 1 where the column varies, or never did.
 */
export function constantPValue(input: ColumnInput): number {
  const { baseline, window } = input
  const slot = onlySlot(window)
  if (slot === undefined || !isOneValue(input, slot)) return 1
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const values = b.n - b.missing
  if (values === 0) return 1
  // A value that the baseline held in all rows but perhaps the next one.
  const share = ((baseline.counts[slot] ?? 0) + 1) / (values + 1)
  return share ** (c.n - c.missing)
}

/** Whether the values of the window, all of them in this slot, are one and the same. */
function isOneValue({ binning, window }: ColumnInput, slot: number): boolean {
  if (singleValued(binning)[slot]) return true
  if (binning.kind === 'categorical') return false
  const values = window.counts[slot]
  const mean = (window.sums[slot] ?? 0) / values
  return window.squares - mean * mean * values <= ROUNDING * window.squares
}
