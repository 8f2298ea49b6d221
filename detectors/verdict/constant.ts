import { cellValues, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import type { ColumnInput } from './column-input.ts'

/** Whether each slot of the count array holds one value only, rather than a range, other categories, or missing. */
export function singleValued(binning: ColumnBinning): boolean[] {
  const singles =
    binning.kind === 'categorical'
      ? [...binning.categories.map(() => true), false]
      : cellValues(binning).map((value) => value !== undefined)
  return [false, ...singles]
}

/** Whether both sides hold the same single value, missing apart. */
export function isConstant({ binning, baseline, window }: ColumnInput): boolean {
  const slot = onlySlot(baseline)
  return slot !== undefined && slot === onlySlot(window) && singleValued(binning)[slot]
}

/** The slot with all the values of this side, if there is one such. */
export function onlySlot({ counts }: ColumnProfile): number | undefined {
  const slot = counts.findIndex((count, i) => i > 0 && count > 0)
  return slot > 0 && counts.findLastIndex((count) => count > 0) === slot ? slot : undefined
}
