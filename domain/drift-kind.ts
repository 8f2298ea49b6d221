/** The kinds of drift that can be checked. */
export const DRIFT_KINDS = ['feature', 'prediction', 'label', 'concept', 'performance'] as const
export type DriftKind = (typeof DRIFT_KINDS)[number]

/** The kinds that need labels, which mature later than predictions and so have windows of their own. */
export const LABEL_KINDS: readonly DriftKind[] = ['label', 'concept', 'performance']
