import type { ColumnProfile } from '../../store/profiles/binning.ts'
import type { ColumnInput } from './column-input.ts'
import { judgeColumn, type VerdictRule } from './judge.ts'

/**
 * The effect on a column without the rows of a part, counted over the same bins. Undefined where the part is not within
 * the whole, or what is left has no effect that could be told.
 */
export function effectWithout(
  { binning, ...whole }: ColumnInput,
  part: Pick<ColumnInput, 'baseline' | 'window'>,
  rule: VerdictRule,
): number | undefined {
  const baseline = minus(whole.baseline, part.baseline)
  const window = minus(whole.window, part.window)
  if (baseline === undefined || window === undefined) return undefined
  return judgeColumn({ binning, baseline, window }, rule).effect
}

function minus(whole: ColumnProfile, part: ColumnProfile): ColumnProfile | undefined {
  const counts = whole.counts.map((count, slot) => count - (part.counts[slot] ?? NaN))
  if (!counts.every((count) => count >= 0)) return undefined
  return {
    counts,
    sums: whole.sums.map((sum, slot) => sum - (part.sums[slot] ?? NaN)),
    squares: whole.squares - part.squares,
  }
}
