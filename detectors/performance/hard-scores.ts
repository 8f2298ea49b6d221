import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { cellValues } from '../../store/profiles/binning.ts'

/** The share of rows whose score is exactly 0 or 1; of several classes, those that have a class at exactly 1. */
export function hardScoreShare(
  columns: readonly Pick<BaselineColumn, 'role' | 'name' | 'binning' | 'profile'>[],
): number {
  const shares = columns
    .filter(({ role }) => role === 'score')
    .map((column) => shareAt(column, column.name === 'score' ? [0, 1] : [1]))
  return shares.reduce((sum, share) => sum + share, 0)
}

/** Of the rows with a score. A value that is frequent has a bin of its own; of a rarer one nothing is known. */
function shareAt(
  { binning, profile: { counts } }: Pick<BaselineColumn, 'binning' | 'profile'>,
  values: number[],
): number {
  if (binning.kind !== 'numeric') return 0
  const rows = counts.slice(1).reduce((sum, count) => sum + count, 0)
  const hard = cellValues(binning).reduce<number>(
    (sum, value, cell) => (value !== undefined && values.includes(value) ? sum + counts[cell + 1] : sum),
    0,
  )
  return rows === 0 ? 0 : hard / rows
}
