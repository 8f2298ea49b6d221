import { totals } from '../../statistics/counts.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import { gradeOf, type ColumnDecision } from '../decide.ts'
import type { GroupCounts } from '../groups.ts'
import { jensenShannon } from '../../statistics/jensen-shannon.ts'
import { degreesOfFreedom } from './beyond-floor.ts'
import { chiSquareScale } from './jensen-shannon.ts'

/**
 * By how many standard deviations the Jensen–Shannon distance lies beyond the mean of what chunks of the baseline have,
 * each with as many rows as the window. Three are NannyML's limit. It has no test besides: the budget of false alarms
 * does not hold.
 *
 * NannyML cuts the reference into consecutive chunks and estimates mean and deviation from a few of them. A profile
 * keeps no order of rows, so the chunks are random ones, and mean and deviation those over all of them: the distance is
 * then about chi-distributed. Slow changes within the baseline do not widen the limits.
 */
export function decideByDeviation(
  { baseline, window }: GroupCounts,
  thresholds: Thresholds,
): ColumnDecision | undefined {
  const n = totals(baseline, window)
  const distance = jensenShannon(baseline, window)
  if (!n || distance === undefined) return undefined
  const df = degreesOfFreedom(baseline, window)
  if (df === 0) return { effect: 0, grade: 'ok' }
  const mean = chiMean(df)
  const effect = (distance * Math.sqrt(chiSquareScale(n)) - mean) / Math.sqrt(df - mean * mean)
  return { effect, grade: gradeOf(effect, thresholds) }
}

/** Mean of the chi distribution, `sqrt(2) Γ((df + 1) / 2) / Γ(df / 2)`; its variance is `df - mean²`. */
function chiMean(df: number): number {
  let ratio = 1 / Math.sqrt(Math.PI)
  for (let k = 1; k < df; k++) ratio = k / 2 / ratio
  return Math.SQRT2 * ratio
}
