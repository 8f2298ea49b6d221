import type { Check } from '../../domain/drift-kind.ts'
import type { DecidingStatistic } from '../../domain/thresholds.ts'

export const CHECK_WORDS: Record<Check, string> = {
  feature: 'feature drift',
  prediction: 'prediction drift',
  label: 'label drift',
  concept: 'concept drift',
  performance: 'performance',
  expected_performance: 'expected performance',
  quality: 'data quality',
}

/** What a monitor checks where its declaration leaves it out. */
export const DEFAULT_CHECKS: readonly Check[] = ['feature', 'prediction', 'label', 'quality']

export const STATISTIC_WORDS: Record<DecidingStatistic, string> = {
  psi: 'PSI above noise',
  ks: 'Kolmogorov–Smirnov distance',
  jensen_shannon: 'Jensen–Shannon distance',
  baseline_deviation: 'deviation from the baseline’s own windows',
}
