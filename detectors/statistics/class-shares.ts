import type { GroupCounts, GroupLabel } from '../verdict/groups.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf, type Grade } from '../verdict/decide.ts'
import { likelihoodRoot } from './likelihood-root.ts'
import type { RateChange } from '../verdict/rate-change.ts'
import { normalSf } from './tails.ts'

/** By what factor the share of a class rises or falls. */
export const CLASS_SHARE_THRESHOLDS: Thresholds = { warning: 2, critical: 4 }

/** A class that neither has so many rows in the window nor was expected to says nothing. */
const MIN_ROWS = 10

/** `pValue` is that of the class, times the number of classes that were tested. */
export interface ClassShareChange extends RateChange {
  label: GroupLabel
  /** The larger share over the smaller one, at least 1; absent where a side has none. */
  ratio?: number
}

/**
 * The class of a label or prediction whose share changed by the largest factor. PSI weighs a change by its rows, so a
 * rare class, often the one that a model is there for, may become seven times as frequent at a PSI of 0.02.
 *
 * Each class is tested against all others by {@link likelihoodRoot}, two-sided; of two classes there is one test
 * (Bonferroni otherwise). Only factors that are significant at level `alpha` are looked at, the largest one first.
 * @param groups one a class, not pooled; missing is left out
 */
export function classShareChange(
  { labels, baseline, window }: GroupCounts,
  alpha: number,
): ClassShareChange | undefined {
  const classes = labels.flatMap((label, i) =>
    label.kind !== 'missing' && baseline[i] + window[i] > 0 ? [{ label, b: baseline[i], c: window[i] }] : [],
  )
  const [nB, nC] = [classes.reduce((sum, { b }) => sum + b, 0), classes.reduce((sum, { c }) => sum + c, 0)]
  if (!(nB > 0 && nC > 0)) return undefined
  const tests = Math.max(1, classes.length - 1)
  const changes = classes.flatMap(({ label, b, c }): ClassShareChange[] => {
    const [p, q] = [b / nB, c / nC]
    if (Math.max(p * nC, c) < MIN_ROWS) return []
    const pValue = Math.min(1, 2 * normalSf(likelihoodRoot(b, nB, c, nC)) * tests)
    if (!(pValue < alpha)) return []
    const ratio = p > 0 && q > 0 ? { ratio: Math.max(p, q) / Math.min(p, q) } : {}
    return [{ label, baseline: p, window: q, ...ratio, pValue }]
  })
  return changes.reduce<ClassShareChange | undefined>(
    (most, change) => (most === undefined || factorOf(change) > factorOf(most) ? change : most),
    undefined,
  )
}

const factorOf = ({ ratio = Infinity }: ClassShareChange) => ratio

export function classShareGrade(change: ClassShareChange | undefined): Grade {
  return change ? gradeOf(factorOf(change), CLASS_SHARE_THRESHOLDS) : 'ok'
}
