import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf } from '../verdict/decide.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { labelledRows, type ConceptInput } from './cell.ts'
import { conceptChange, type ConceptChange } from './change.ts'

export interface ConceptRule {
  /** Level of the test, in (0, 1): see `level`. */
  alpha: number
  thresholds: Thresholds
  /** Fewer labelled rows than this on either side give no verdict. */
  minRows: number
}

/**
 * `empty` to `noise_floor` go with `insufficient_data`, `concept` with a breach, `not_significant` with unconfirmed,
 * `stable` with ok. `noise_floor`: a change that would be critical could not be told from chance. `too_large`: numeric
 * labels that cannot be added up, as a double does not hold the squares of some.
 */
export type ConceptReason =
  | 'empty'
  | 'too_few_rows'
  | 'too_large'
  | 'too_few_bins'
  | 'noise_floor'
  | 'concept'
  | 'not_significant'
  | 'stable'

export interface ConceptJudgement {
  verdict: Verdict
  reason: ConceptReason
  /** Labelled rows of each side. */
  rows: { baseline: number; window: number }
  /** All that could be computed; absent when a side has no rows. */
  change?: ConceptChange
}

/** Bins that it takes, where the column has as many values: with fewer, the labels as a whole would decide. */
const MIN_BINS = 3

/** Whether labels changed given the column, significantly and by an effect that matters. Never throws. */
export function judgeConcept(input: ConceptInput, rule: ConceptRule): ConceptJudgement {
  const rows = { baseline: labelledRows(input.baseline), window: labelledRows(input.window) }
  if (!(rows.baseline > 0 && rows.window > 0)) return { verdict: 'insufficient_data', reason: 'empty', rows }
  // Sums that overflowed are stored as NaN, and with a result as null.
  if (
    ![input.baseline, input.window].every(({ sums, squares }) => [...sums, ...squares].every(Number.isFinite))
  )
    return { verdict: 'insufficient_data', reason: 'too_large', rows }
  const change = conceptChange(input, rule.alpha)
  const judge = (verdict: Verdict, reason: ConceptReason): ConceptJudgement => ({
    verdict,
    reason,
    rows,
    change,
  })
  if (Math.min(rows.baseline, rows.window) < rule.minRows) return judge('insufficient_data', 'too_few_rows')
  if (change.bins.length < neededBins(input)) return judge('insufficient_data', 'too_few_bins')
  const grade = gradeOf(change.effect, rule.thresholds)
  if (grade !== 'ok' && change.pValue <= rule.alpha) return judge(grade, 'concept')
  if (change.noiseFloor > rule.thresholds.critical) return judge('insufficient_data', 'noise_floor')
  return grade === 'ok' ? judge('ok', 'stable') : judge('unconfirmed', 'not_significant')
}

/** Whether a longer window might give the verdict that this one could not. */
export function conceptWantsLongerWindow(
  { verdict, reason, rows }: ConceptJudgement,
  input: ConceptInput,
  { minRows }: ConceptRule,
): boolean {
  if (verdict !== 'insufficient_data' || reason === 'too_large') return false
  if (rows.baseline < minRows || valueSlots(input) < 2) return false
  return reason !== 'too_few_rows' || rows.window < minRows
}

/** A column of two values has no more bins than two, and they say all. */
function neededBins(input: ConceptInput): number {
  return Math.max(2, Math.min(MIN_BINS, valueSlots(input)))
}

/** Slots with labelled rows of the baseline, missing apart. */
function valueSlots({ classes = 1, baseline }: ConceptInput): number {
  const occupied = new Set<number>()
  baseline.counts.forEach((count, i) => {
    if (count > 0) occupied.add(Math.floor(i / classes))
  })
  occupied.delete(0)
  return occupied.size
}
