const SUBJECTS: Record<string, string> = {
  feature: 'Feature drift',
  prediction: 'Prediction drift',
  label: 'Label drift',
  concept: 'Concept drift',
  performance: 'Performance loss',
  data: 'Data problem',
  retraining: 'Failed retraining',
}

/** What an alert of a kind is about. */
export const subjectOf = (kind: string) => SUBJECTS[kind] ?? `${kind} drift`

const REASONS: Record<string, string> = {
  first: 'fired',
  new_members: 'more columns',
  severity_raised: 'became critical',
  all_resolved: 'resolved',
  unwatched: 'no longer watched',
  repeat: 'still firing',
  pending: 'pending',
  firing: 'fired',
  raised: 'became critical',
  resolved: 'resolved',
  lapsed: 'back in bounds',
  recomputed: 'corrected',
}

/** Why an event of an alert came to be, in a word or two. */
export const reasonOf = (reason: string) => REASONS[reason] ?? reason

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
  coverage: 'Share of labelled rows covered',
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
  psi: { name: 'PSI less its noise', means: 'PSI freed of its noise' },
  ks: {
    name: 'Kolmogorov–Smirnov D',
    means: 'Largest difference of cumulative shares (categories: of the shares of any set)',
  },
  jensen_shannon: {
    name: 'Jensen–Shannon distance',
    means: 'Jensen–Shannon distance, rare categories pooled',
  },
  baseline_deviation: {
    name: 'Deviations of the baseline',
    means: 'Standard deviations beyond the mean of the baseline’s chunks',
  },
  concept: {
    name: 'Change of labels',
    means: 'Change of label rates given the column, relative to the baseline’s rate',
  },
  performance: { name: 'Relative loss', means: 'By which share of the baseline’s value the metric is worse' },
}

/** The effect of a result by what decides it, as the name of an axis. */
export const effectTitle = (deciding: string) => EFFECTS[deciding]?.name ?? deciding

/** What the effect of a result is, by what decided it. */
export const effectName = (deciding: string) => EFFECTS[deciding]?.means ?? deciding

/** The column with the segment and version that narrow it. */
export function memberName({
  column,
  segment,
  version,
}: {
  column: string
  segment: string
  version: string
}): string {
  const narrowed = [segment && `segment ${segment}`, version && `version ${version}`].filter(Boolean)
  return narrowed.length === 0 ? column : `${column} (${narrowed.join(', ')})`
}

const INPUT_PROBLEMS: Record<string, string> = {
  unknown_feature: 'feature that is not declared',
  unknown_key: 'key that an event does not have',
  feature_at_top_level: 'feature beside “features”, not inside',
  no_declared_feature: 'no declared feature in the event',
  text_for_number: 'text, where a number is declared',
  number_for_text: 'number, where text keeps every digit',
  boolean_for_number: 'true or false, where a number is declared',
  nested_value: 'list or object, where one value is declared',
  not_finite: 'not a finite number',
  too_long: 'text over 1,000 characters',
  out_of_range: 'outside of 0 to 1',
  scores_incomplete: 'scores that lack a class',
  scores_normalised: 'scores that did not sum to 1, divided by their sum',
  no_prediction: 'neither prediction nor score',
  unseen_class: 'class that the baseline does not have',
}

/** What is wrong with values that came. */
export const inputProblemName = (reason: string) => INPUT_PROBLEMS[reason] ?? reason

/** The field of events that a column comes from; undefined where it is computed of several. */
export function inputField({ kind, column }: { kind: string; column: string }): string | undefined {
  if (kind === 'feature') return `features.${column}`
  if (kind === 'label') return 'label'
  if (kind !== 'prediction') return undefined
  return column.startsWith('scores.') ? 'scores' : column
}
