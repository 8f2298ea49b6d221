import { slotCount, type ColumnBinning } from '../profiles/binning.ts'

/** Losses of more bins than these would be as many numbers as nobody reads, and each of them of hardly any rows. */
export const MAX_LOSS_BINS = 20

/**
 * Losses are summed over bins that are coarser than those of the counts: bin 0 has missing values as slot 0 has. Of
 * numbers the others are of `width` neighbouring slots each. Of categories the most frequent ones have bins of their
 * own, the rest of those listed share one, and all that are not listed have the last one.
 */
export function lossBin(binning: ColumnBinning, slot: number): number {
  if (binning.kind === 'numeric') {
    const width = widthOf(binning)
    return Math.floor((slot + width - 1) / width)
  }
  const listed = binning.categories.length
  return slot > listed ? Math.min(listed, MAX_LOSS_BINS) + 1 : Math.min(slot, MAX_LOSS_BINS)
}

/** How many there are, the bin of missing values included. */
export function lossBinCount(binning: ColumnBinning): number {
  return lossBin(binning, slotCount(binning) - 1) + 1
}

/** {@link lossBin} as an expression over the slot. */
export function lossBinSql(slot: string, binning: ColumnBinning): string {
  if (binning.kind === 'numeric') {
    const width = widthOf(binning)
    return width === 1 ? slot : `intDiv(${slot} + ${width - 1}, ${width})`
  }
  const listed = binning.categories.length
  if (listed <= MAX_LOSS_BINS) return slot
  return `if(${slot} > ${listed}, ${MAX_LOSS_BINS + 1}, least(${slot}, ${MAX_LOSS_BINS}))`
}

const widthOf = (binning: ColumnBinning) => Math.ceil((slotCount(binning) - 1) / MAX_LOSS_BINS)
