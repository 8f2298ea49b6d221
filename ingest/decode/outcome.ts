/** Why a record could not be taken; the codes stand in answers and in dead letters. */
export type RejectionReason =
  | 'not_json'
  | 'not_utf8'
  | 'not_an_object'
  | 'too_large'
  | 'unknown_model'
  | 'model_mismatch'
  | 'no_model'
  | 'bad_id'
  | 'bad_ts'
  | 'future_ts'
  | 'deleted_ts'
  | 'bad_version'
  | 'bad_shadow'
  | 'bad_prediction'
  | 'bad_features'
  | 'unknown_feature'
  | 'bad_label'
  | 'bad_labelled_at'
  | 'bad_label_delay'
  | 'bad_prediction_ts'
  | 'bad_mapping'
  | 'refused_by_store'

export interface Rejection {
  status: 'rejected'
  reason: RejectionReason
  /** A sentence that says what to change. */
  detail: string
}

export function reject(reason: RejectionReason, detail: string): Rejection {
  return { status: 'rejected', reason, detail }
}

/** Read all the same, different letters would become one, and so would ids. */
export const NOT_UTF8 = reject('not_utf8', 'the text is not in UTF-8: encode it as UTF-8, and send it again')

/** Characters of ClickHouse's message in a dead letter; it can quote the record. */
const MAX_MESSAGE = 500

/** ClickHouse stores other records, but not this one. */
export function refusedByStore(message: string): Rejection {
  return reject('refused_by_store', `ClickHouse refused the record: ${message.trim().slice(0, MAX_MESSAGE)}`)
}
