import type { QualityFinding } from '../../domain/data-finding.ts'
import { QUALITY_THRESHOLDS } from '../../domain/quality-thresholds.ts'
import { meanOverBoth, type SkewCounts } from '../../domain/skew.ts'
import { binomialSf } from '../statistics/binomial.ts'
import { rateGrade } from '../verdict/rate-change.ts'
import type { ColumnRule } from './column-rule.ts'
import * as say from './sentences.ts'

/** Nothing else is expected than 0; but a share of all requests that is no larger is not worth an alarm by few rows. */
const NEGLIGIBLE = 0.001

/**
 * Whether too many rows were served with another value than was computed offline. An exact test must exclude that the share
 * of all requests is negligible. No row differs by chance, so that no part of the budget of false alarms is spent. Pure.
 */
export function judgeSkew(
  counts: SkewCounts | undefined,
  { alpha, minRows }: ColumnRule,
): QualityFinding<'skew'>[] {
  if (counts === undefined || counts.rows < minRows) return []
  const { rows, differing } = counts
  const share = differing / rows
  const pValue = binomialSf(differing, rows, NEGLIGIBLE)
  const grade = rateGrade(share, pValue, alpha, QUALITY_THRESHOLDS.skew)
  if (grade === 'ok') return []
  const explanation = say.skewed(counts, meanOverBoth(counts.difference, counts))
  return [{ finding: 'skew', severity: grade, share, expected: 0, explanation }]
}
