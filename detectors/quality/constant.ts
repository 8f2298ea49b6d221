import { rowsOf, type ColumnInput } from '../verdict/column-input.ts'
import { onlySlot, singleValued } from '../verdict/constant.ts'

/** Squares of deviations lose digits; below this part of what they are computed from nothing varies. */
const ROUNDING = 1e-12
const SIGNIFICANT_DIGITS = 9

/**
 * How probable it is by chance that a column that varied in the baseline has one value in the window: that all rows
 * fall where the window's do, with the baseline's share of that place. 1 where the column varies, or never did.
 */
export function constantPValue(input: ColumnInput): number {
  const { baseline, window } = input
  const slot = onlySlot(window)
  if (slot === undefined || oneValue(input) === undefined) return 1
  const b = rowsOf(baseline)
  const c = rowsOf(window)
  const values = b.n - b.missing
  if (values === 0) return 1
  // A value that the baseline held in all rows but perhaps the next one.
  const share = ((baseline.counts[slot] ?? 0) + 1) / (values + 1)
  return share ** (c.n - c.missing)
}

/** What tells the one value that a window holds from others, missing ones apart; undefined where it holds several. */
export function oneValue({ binning, window }: Pick<ColumnInput, 'binning' | 'window'>): string | undefined {
  const slot = onlySlot(window)
  if (slot === undefined) return undefined
  if (singleValued(binning)[slot]) return `slot ${slot}`
  if (binning.kind === 'categorical') return undefined
  const values = window.counts[slot]
  const mean = (window.sums[slot] ?? 0) / values
  if (window.squares - mean * mean * values > ROUNDING * window.squares) return undefined
  return `mean ${mean.toPrecision(SIGNIFICANT_DIGITS)}`
}
