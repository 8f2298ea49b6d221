import type { QualityFinding } from '../../domain/data-finding.ts'
import { QUALITY_THRESHOLDS } from '../../domain/quality-thresholds.ts'
import { meanOverBoth, type SkewCounts } from '../../domain/skew.ts'
import { binomialSf } from '../statistics/binomial.ts'
import { rateGrade } from '../verdict/rate-change.ts'
import type { ColumnRule } from './judge-column.ts'
import * as say from './sentences.ts'

/**
 * Whether too many rows were served with another value than was computed offline: an exact test must exclude that the
 * share of all requests is below the warning threshold. No row differs by chance, so that no part of the budget of false
 * alarms is spent. Pure.
 */
export function judgeSkew(
  counts: SkewCounts | undefined,
  { alpha, minRows }: ColumnRule,
): QualityFinding<'skew'>[] {
  if (counts === undefined || counts.rows < minRows) return []
  const { rows, differing } = counts
  const share = differing / rows
  const pValue = binomialSf(differing, rows, QUALITY_THRESHOLDS.skew.warning)
  const grade = rateGrade(share, pValue, alpha, QUALITY_THRESHOLDS.skew)
  if (grade === 'ok') return []
  const explanation = say.skewed(counts, meanOverBoth(counts.difference, counts))
  return [{ finding: 'skew', severity: grade, share, expected: 0, explanation }]
}
