import { windowStart } from '../../domain/monitor-window.ts'
import type { NoEstimate } from '../performance/estimate-window.ts'
import { conceptColumns } from './find-concept.ts'
import { driftKindOf } from './kinds.ts'
import type { Finding, Reference, WindowRequest } from './run-request.ts'

/** Why checks that need labels cannot be made at all. */
export type Undecided = 'label_delay_unknown' | 'no_labels_in_baseline' | 'no_predictions_in_baseline'

/** Why no performance can be expected with a baseline. */
export type NoExpectation = NoEstimate | 'no_labels_in_baseline' | 'no_classes_in_baseline'

/** The sentence on each reason. */
export const UNDECIDED: Record<Undecided | NoExpectation, string> = {
  label_delay_unknown:
    'It is not yet known how long labels take to arrive: fewer than 200 have been measured. Wait for more, or set `label_delay`.',
  no_labels_in_baseline: 'The baseline has no labels to compare with.',
  no_scores_in_baseline:
    'The baseline has no scores, and without them no performance can be estimated before labels arrive.',
  no_classes_in_baseline:
    'The baseline has no predicted classes, and without them no accuracy can be estimated before labels arrive.',
  positive_class_unknown:
    'The baseline does not say which class its scores are the probability of: declare `positive` on the model and make a new baseline.',
  no_errors_in_baseline:
    'The baseline does not have its errors by bins of the prediction, because an earlier release made it: make it again.',
  no_predictions_in_baseline: 'The baseline has neither scores nor predictions to compare labels with.',
}

/** Findings that say so, in place of those that cannot be had: a check that is not made must not look like one that passed. */
export function findUndecided(
  { model, monitor, end }: WindowRequest,
  { columns }: Reference,
  reason: Undecided,
): Finding[] {
  const { deciding } = conceptColumns(columns)
  const outcome = model.task === 'binary' ? 'score' : 'prediction'
  const names = {
    label: columns.filter((column) => driftKindOf(column) === 'label').map(({ name }) => name),
    concept: deciding.length > 0 ? deciding.map(({ name }) => name) : [outcome],
    performance: [
      monitor.performance?.metric ??
        (model.task === 'regression' ? 'rmse' : deciding[0]?.role === 'score' ? 'log_loss' : 'accuracy'),
    ],
  }
  const kinds = (['label', 'concept', 'performance'] as const).filter((kind) => monitor.checks.includes(kind))
  // Labels themselves are compared whatever the model predicts, as far as the baseline has them.
  const blocked = kinds.filter((kind) => kind !== 'label' || reason === 'label_delay_unknown')
  const start = windowStart(monitor, end)
  return blocked.flatMap((kind) =>
    names[kind].map((column) => undecidedFinding({ kind, column, start }, reason)),
  )
}

/** A check that cannot be made, with the reason. */
export function undecidedFinding(
  member: Pick<Finding, 'kind' | 'column' | 'start'>,
  reason: keyof typeof UNDECIDED,
): Finding {
  return {
    ...member,
    verdict: 'insufficient_data',
    reason,
    explanation: UNDECIDED[reason],
    statistics: {},
    evaluation: { verdict: 'insufficient_data', reason },
    rule: {},
    identity: { baseline: reason, window: reason },
  }
}
