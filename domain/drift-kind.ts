/** The kinds of drift that can be checked. */
export const DRIFT_KINDS = [
  'feature',
  'prediction',
  'label',
  'concept',
  'performance',
  'expected_performance',
] as const
export type DriftKind = (typeof DRIFT_KINDS)[number]

/** The kinds that need labels, which mature later than predictions and so have windows of their own. */
export const LABEL_KINDS: readonly Check[] = ['label', 'concept', 'performance']

/** What a monitor can check: each kind of drift, and whether the data are what they should be. */
export const CHECKS = [...DRIFT_KINDS, 'quality'] as const
export type Check = (typeof CHECKS)[number]

/** The kind of findings about the data themselves. */
export const DATA_KIND = 'data'

/** The kind of alerts on experiments that were decided. */
export const EXPERIMENT_KIND = 'experiment'

/** The kinds of alerts, each of which can have an owner. */
export const ALERT_KINDS = [...DRIFT_KINDS, DATA_KIND, 'retraining', EXPERIMENT_KIND] as const

/** The kinds that results can have. */
export const RESULT_KINDS = [...DRIFT_KINDS, DATA_KIND] as const
export type ResultKind = (typeof RESULT_KINDS)[number]

/** A kind as it stands within a sentence. */
export function kindWords(kind: string): string {
  return kind.replaceAll('_', ' ')
}
