import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { slotCount, type ColumnProfile } from '../../store/profiles/binning.ts'
import { decodeFloats } from '../../store/engine/floats.ts'

type Sums = { counts: readonly number[]; sums: readonly (number | null)[]; squares: number | null }

/** A profile as it was read over the bins of the column; where none was, one without rows. */
export function storedProfile(stored: Sums | undefined, { name, binning }: BaselineColumn): ColumnProfile {
  const slots = slotCount(binning)
  if (stored === undefined) {
    const zeros = new Array<number>(slots).fill(0)
    return { counts: zeros, sums: binning.kind === 'numeric' ? zeros : [], squares: 0 }
  }
  if (stored.counts.length !== slots)
    throw new Error(`column ${name}: ${stored.counts.length} counts for ${slots} slots`)
  return {
    counts: stored.counts,
    sums: decodeFloats(stored.sums),
    squares: decodeFloats([stored.squares])[0],
  }
}
