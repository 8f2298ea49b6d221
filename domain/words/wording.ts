const SUBJECTS: Record<string, string> = {
  feature: 'Feature drift',
  prediction: 'Prediction drift',
  label: 'Label drift',
  concept: 'Concept drift',
  performance: 'Performance loss',
  expected_performance: 'Expected performance loss',
  data: 'Data problem',
  retraining: 'Failed retraining',
  experiment: 'Decided experiment',
}

/** What an alert of a kind is about. */
export const subjectOf = (kind: string) => SUBJECTS[kind] ?? `${kind} drift`

const REASONS: Record<string, string> = {
  first: 'fired',
  new_members: 'more columns drifted',
  severity_raised: 'became critical',
  all_resolved: 'resolved',
  unwatched: 'no longer monitored',
  repeat: 'still firing',
  pending: 'pending',
  firing: 'fired',
  raised: 'became critical',
  resolved: 'resolved',
  lapsed: 'back within thresholds',
  recomputed: 'corrected',
}

/** Of findings about the data, which do not drift. */
const DATA_REASONS: Record<string, string> = {
  new_members: 'more findings',
  lapsed: 'in order again',
}

/** Of experiments, which are decided and closed. */
const EXPERIMENT_REASONS: Record<string, string> = { first: 'decided', all_resolved: 'over' }

/** The reason for an event of an alert, in a word or two. */
export const reasonOf = (reason: string, kind: string) =>
  (kind === 'data' ? DATA_REASONS[reason] : undefined) ??
  (kind === 'experiment' ? EXPERIMENT_REASONS[reason] : undefined) ??
  REASONS[reason] ??
  reason

const STATISTICS: Record<string, string> = {
  effect: 'Effect',
  psi: 'PSI',
  ks: 'Kolmogorov–Smirnov D',
  chi_square: 'Chi-square',
  cramers_v: 'Cramér’s V',
  jensen_shannon: 'Jensen–Shannon distance',
  hellinger: 'Hellinger distance',
  total_variation: 'Total variation',
  l_infinity: 'L-infinity',
  kl_divergence: 'KL divergence',
  wasserstein: 'Wasserstein distance',
  coverage: 'Share of labelled rows compared',
  log_loss: 'Log loss',
  brier: 'Brier score',
  accuracy: 'Accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  macro_f1: 'Macro F1',
  roc_auc: 'ROC AUC',
  rmse: 'RMSE',
  mae: 'Mean absolute error',
  r_squared: 'R²',
}

export const statisticName = (name: string) => STATISTICS[name] ?? name

const EFFECTS: Record<string, { name: string; means: string }> = {
  psi: { name: 'PSI above noise', means: 'PSI minus the part expected from noise' },
  ks: {
    name: 'Kolmogorov–Smirnov D',
    means:
      'Largest difference between cumulative shares (for categories: between the shares of any set of them)',
  },
  jensen_shannon: {
    name: 'Jensen–Shannon distance',
    means: 'Jensen–Shannon distance, rare categories pooled',
  },
  baseline_deviation: {
    name: 'Deviation from the baseline',
    means: 'Standard deviations above the mean of the baseline’s chunks',
  },
  concept: {
    name: 'Label change',
    means: 'Change in label rates given the column, relative to the baseline rate',
  },
  performance: {
    name: 'Relative loss',
    means: 'How much worse the metric is, as a share of its baseline value',
  },
  expected_performance: {
    name: 'Expected relative loss',
    means:
      'How much worse the metric is expected to be before labels, as a share of what is expected of the baseline',
  },
}

/** The effect of a result by what decides it, as the name of an axis. */
export const effectTitle = (deciding: string) => EFFECTS[deciding]?.name ?? deciding

/** What the effect of a result is, by what decided it. */
export const effectName = (deciding: string) => EFFECTS[deciding]?.means ?? deciding

/** Whether a kind is of how well the model does: its column is a metric, and its effect a share of that. */
export const isOfModel = (kind: string) => kind === 'performance' || kind === 'expected_performance'

/** The column, or the metric, with the segment and version that narrow it. */
export function memberName({
  kind,
  column,
  segment,
  version,
}: {
  kind: string
  column: string
  segment: string
  version: string
}): string {
  const name = isOfModel(kind) ? statisticName(column) : column
  const narrowed = [segment && `segment ${segment}`, version && `version ${version}`].filter(Boolean)
  return narrowed.length === 0 ? name : `${name} (${narrowed.join(', ')})`
}

const INPUT_PROBLEMS: Record<string, string> = {
  unknown_feature: 'undeclared feature',
  unknown_key: 'unknown key in the event',
  feature_at_top_level: 'feature next to “features” instead of inside it',
  no_declared_feature: 'no declared feature in the event',
  text_for_number: 'text, but a number is declared',
  number_for_text: 'number; send text to keep every digit',
  boolean_for_number: 'true or false, but a number is declared',
  nested_value: 'list or object, but a single value is declared',
  not_finite: 'not a finite number',
  too_long: 'text over 1,000 characters',
  out_of_range: 'outside the range 0 to 1',
  scores_incomplete: 'scores without one of the classes',
  scores_normalised: 'scores that did not sum to 1; divided by their sum',
  no_prediction: 'neither prediction nor score',
  unseen_class: 'class not found in the baseline',
}

/** What is wrong with the values received. */
export const inputProblemName = (reason: string) => INPUT_PROBLEMS[reason] ?? reason

/** The field of events that a column comes from; undefined if it is computed from several. */
export function inputField({ kind, column }: { kind: string; column: string }): string | undefined {
  if (kind === 'feature') return `features.${column}`
  if (kind === 'label') return 'label'
  if (kind !== 'prediction') return undefined
  return column.startsWith('scores.') ? 'scores' : column
}
