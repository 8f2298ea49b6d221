/** An experiment compares two versions of a model, the champion and the challenger, by what they lose on the same traffic. */

export const EXPERIMENT_METRICS = [
  'log_loss',
  'brier',
  'accuracy',
  'squared_error',
  'absolute_error',
] as const
export type ExperimentMetric = (typeof EXPERIMENT_METRICS)[number]

/** The metrics that models of a task can be compared by. */
export function metricsOf(task: 'binary' | 'multiclass' | 'regression'): readonly ExperimentMetric[] {
  return task === 'regression' ? ['squared_error', 'absolute_error'] : ['log_loss', 'brier', 'accuracy']
}

export const EXPERIMENT_STATES = [
  'champion_better',
  'challenger_better',
  'equivalent',
  'undecided',
  'inconclusive',
] as const
/** `undecided` goes on; all others are final. */
export type ExperimentState = (typeof EXPERIMENT_STATES)[number]

export const DEFAULT_ALPHA = 0.05
export const DEFAULT_MIN_ROWS = 500
/** A week: with less, days that differ make false winners (see docs/statistics.md). */
export const DEFAULT_MIN_HOURS = 168

/** The log loss of an experiment takes scores no nearer to 0 and 1 than this: a few certain errors would decide it alone. */
export const EXPERIMENT_CLIP = 0.01

/** The loss of each metric as people read it. Less is better for all of them. */
export const EXPERIMENT_LOSSES: Readonly<Record<ExperimentMetric, string>> = {
  log_loss: `log loss (clipped at ${EXPERIMENT_CLIP})`,
  brier: 'Brier score',
  accuracy: 'error rate',
  squared_error: 'mean squared error',
  absolute_error: 'mean absolute error',
}

/** Larger losses are of broken predictions, and their squares would overflow: such rows have no loss. */
export const EXPERIMENT_LARGEST_LOSS = 1e100
