import { nextDouble, type ColumnBinning, type ColumnProfile } from '../store/binning.ts'
import type { ColumnInput } from './column-input.ts'

/** Whether a slot of the count array holds one value only, rather than a range, other categories, or missing. */
export function holdsOneValue(binning: ColumnBinning, slot: number): boolean {
  if (slot === 0) return false
  if (binning.kind === 'categorical') return slot <= binning.categories.length
  return binning.exact === true || binning.edges[slot] === nextDouble(binning.edges[slot - 1])
}

/** Whether both sides hold the same single value, missing apart. */
export function isConstant({ binning, baseline, window }: ColumnInput): boolean {
  const slot = onlySlot(baseline)
  return slot !== undefined && slot === onlySlot(window) && holdsOneValue(binning, slot)
}

/** The slot with all the values of this side, if there is one such. */
function onlySlot({ counts }: ColumnProfile): number | undefined {
  const slot = counts.findIndex((count, i) => i > 0 && count > 0)
  return slot > 0 && counts.findLastIndex((count) => count > 0) === slot ? slot : undefined
}
