import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'

/** One column of one baseline and one window, counted over one binning. */
export interface ColumnInput<Binning extends ColumnBinning = ColumnBinning> {
  binning: Binning
  baseline: ColumnProfile
  window: ColumnProfile
}

/** Rows of a column on one side: all of them, and those without a value (null, NaN, infinite). */
export interface Rows {
  n: number
  missing: number
}

export function rowsOf({ counts }: ColumnProfile): Rows {
  return { n: counts.reduce((sum, count) => sum + count, 0), missing: counts[0] ?? 0 }
}

/** The counts without the missing slot, one a cell or category; a short array counts as padded with zeros. */
export function valueCounts(binning: ColumnBinning, { counts }: ColumnProfile): number[] {
  return Array.from({ length: slotCount(binning) - 1 }, (_, i) => counts[i + 1] ?? 0)
}
