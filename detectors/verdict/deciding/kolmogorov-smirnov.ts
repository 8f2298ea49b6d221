import type { NumericBinning } from '../../../store/profiles/binning.ts'
import { valueCounts, type ColumnInput } from '../column-input.ts'
import { effectiveRows, totals } from '../../statistics/counts.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import type { ColumnDecision } from '../decide.ts'
import type { GroupCounts } from '../groups.ts'
import { ksStatistic } from '../../statistics/kolmogorov-smirnov.ts'
import { chiSquareIsf } from '../../statistics/tails.ts'
import { totalVariation } from '../../statistics/total-variation.ts'
import { beyondFloor, degreesOfFreedom } from './beyond-floor.ts'

/**
 * By D of Kolmogorov–Smirnov over the values of a numeric column, in [0, 1]; missing is left to its own test.
 * The floor is where Massart's bound `2 exp(-2 n_eff D²)` equals alpha (1990, Annals of Probability 18:1269): the
 * true p-value is smaller.
 */
export function decideByKs(
  { binning, baseline, window }: ColumnInput<NumericBinning>,
  alpha: number,
  thresholds: Thresholds,
): ColumnDecision | undefined {
  const [b, c] = [valueCounts(binning, baseline), valueCounts(binning, window)]
  const n = totals(b, c)
  const d = ksStatistic(b, c)
  if (!n || d === undefined) return undefined
  return beyondFloor(d, Math.sqrt(Math.log(2 / alpha) / (2 * effectiveRows(n))), thresholds)
}

/**
 * The counterpart of D for categories, which have no order: total variation, the largest difference of shares over any
 * set of them, in [0, 1]. The floor is the value that no insignificant Pearson statistic allows: with m the pooled
 * shares, `sum abs(p - q) <= sqrt(sum (p - q)² / m)`, which is the root of X² over n_eff.
 */
export function decideByDifference(
  { baseline, window }: GroupCounts,
  alpha: number,
  thresholds: Thresholds,
): ColumnDecision | undefined {
  const n = totals(baseline, window)
  const difference = totalVariation(baseline, window)
  if (!n || difference === undefined) return undefined
  const needed = chiSquareIsf(alpha, degreesOfFreedom(baseline, window))
  return beyondFloor(difference, Math.sqrt(needed / effectiveRows(n)) / 2, thresholds)
}
