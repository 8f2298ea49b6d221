/** A name for each reason that the intake gives. */
export const REASONS = {
  not_json: 'Not JSON',
  not_utf8: 'Not UTF-8',
  not_an_object: 'Not a JSON object',
  too_large: 'Too large',
  unknown_model: 'Unknown model',
  model_mismatch: 'Another model',
  no_model: 'No model',
  bad_id: 'Missing or invalid id',
  bad_ts: 'Missing or invalid time',
  future_ts: 'Time in the future',
  deleted_ts: 'Older than the retention',
  bad_version: 'Invalid version',
  bad_shadow: 'Invalid shadow',
  bad_prediction: 'Invalid prediction',
  bad_features: 'Invalid features',
  unknown_feature: 'Undeclared feature',
  bad_label: 'Invalid label',
  bad_labelled_at: 'Invalid time of the label',
  bad_label_delay: 'Invalid delay of the label',
  bad_prediction_ts: 'Invalid time of the prediction',
  bad_mapping: 'Payload does not fit',
  refused_by_store: 'Refused by ClickHouse',
} as const

/** What is wrong with a record, in words. */
export const reasonName = (reason: string) =>
  Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : reason
