/** The names under which metrics are stored, asked for and shown. */
export const METRIC_NAMES = [
  'log_loss',
  'brier',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'macro_f1',
  'roc_auc',
  'rmse',
  'mae',
  'r_squared',
] as const
export type MetricName = (typeof METRIC_NAMES)[number]

export interface Metric {
  value: number
  /** The 95% confidence interval, where one is known. */
  low?: number
  high?: number
  /** The exact value lies within `value` ± this; absent where `value` is exact. */
  bound?: number
}

/** What does not apply to the task, or cannot be computed from the rows, is absent. */
export type Metrics = Partial<Record<MetricName, Metric>>
