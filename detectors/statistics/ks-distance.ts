import type { DecidingStatistic } from '../../domain/thresholds.ts'
import { valueCounts, type ColumnInput } from '../verdict/column-input.ts'
import { totals } from './counts.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf, type Grade } from '../verdict/decide.ts'
import { ksPValue, ksStatistic } from './kolmogorov-smirnov.ts'
import type { NumericBinning } from '../../store/profiles/binning.ts'

/** D of Kolmogorov–Smirnov, and its p-value. */
export interface KsDistance {
  value: number
  pValue: number
}

/** PSI and its kin see no more of a numeric column than the rows of each group, so D backs them up from here on. */
const MIN_THRESHOLDS: Thresholds = { warning: 0.2, critical: 0.3 }

/**
 * What D must reach where another statistic decides. By Pinsker's inequality a D that lies between groups comes with a
 * PSI of at least 4 D² and a Jensen–Shannon distance of at least D / sqrt(2 ln 2). A D far larger than the thresholds
 * imply has happened inside groups. Undefined where D decides itself, or the thresholds are no distances.
 */
export function distanceThresholds(
  statistic: DecidingStatistic,
  { warning, critical }: Thresholds,
): Thresholds | undefined {
  const implied = {
    psi: (t: number) => Math.sqrt(t) / 2,
    jensen_shannon: (t: number) => t * Math.sqrt(2 * Math.LN2),
  }
  if (statistic !== 'psi' && statistic !== 'jensen_shannon') return undefined
  const of = implied[statistic]
  return {
    warning: Math.max(MIN_THRESHOLDS.warning, of(warning)),
    critical: Math.max(MIN_THRESHOLDS.critical, of(critical)),
  }
}

/** Over the values of the column, missing apart. Undefined when a side has none. */
export function ksDistance({
  binning,
  baseline,
  window,
}: ColumnInput<NumericBinning>): KsDistance | undefined {
  const [b, c] = [valueCounts(binning, baseline), valueCounts(binning, window)]
  const n = totals(b, c)
  const value = ksStatistic(b, c)
  if (!n || value === undefined) return undefined
  return { value, pValue: ksPValue(value, n.nB, n.nC, 'asymptotic') }
}

export function distanceGrade(
  distance: KsDistance | undefined,
  thresholds: Thresholds | undefined,
  alpha: number,
): Grade {
  if (!distance || !thresholds || !(distance.pValue < alpha)) return 'ok'
  return gradeOf(distance.value, thresholds)
}
