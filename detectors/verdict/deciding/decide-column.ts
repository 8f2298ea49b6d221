import type { DecidingStatistic } from '../../../domain/thresholds.ts'
import type { Monitor } from '../../../control/declared/monitor.ts'
import type { ColumnInput } from '../column-input.ts'
import type { Thresholds } from '../../../domain/thresholds.ts'
import { decide, type ColumnDecision } from '../decide.ts'
import type { GroupCounts } from '../groups.ts'
import { decideByDeviation } from './baseline-deviation.ts'
import { decideByDifference, decideByKs } from './kolmogorov-smirnov.ts'
import { decideByJensenShannon } from './jensen-shannon.ts'

export interface DecidingRule {
  /** The statistic that decides. */
  decide: DecidingStatistic
  /** For the effect, on the scale of that statistic. */
  thresholds: Thresholds
  /** Level of each test, in (0, 1): see `level`. */
  alpha: number
}

/** The part of a rule that a monitor chooses. */
export function decidingRule({
  decide: statistic,
  thresholds,
}: Pick<Monitor, 'decide' | 'thresholds'>): Omit<DecidingRule, 'alpha'> {
  return { decide: statistic, thresholds: thresholds[statistic] }
}

/**
 * Whether a column drifts, by the statistic that the rule names.
 * @param groups those of the column, rare categories pooled
 * @returns `undefined` when there is nothing to compare
 */
export function decideColumn(
  { binning, baseline, window }: ColumnInput,
  groups: GroupCounts,
  { decide: statistic, alpha, thresholds }: DecidingRule,
): ColumnDecision | undefined {
  switch (statistic) {
    case 'psi':
      return decide(groups.baseline, groups.window, alpha, thresholds)
    case 'ks':
      return binning.kind === 'numeric'
        ? decideByKs({ binning, baseline, window }, alpha, thresholds)
        : decideByDifference(groups, alpha, thresholds)
    case 'jensen_shannon':
      return decideByJensenShannon(groups, alpha, thresholds)
    case 'baseline_deviation':
      return decideByDeviation(groups, thresholds)
  }
}
