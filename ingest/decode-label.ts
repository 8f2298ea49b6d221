import type { Model } from '../store/model.ts'
import { isRecord, MAX_TEXT, parseCategory, parseInstant, parseNumber, parseText } from './fields.ts'
import { show } from './decode-prediction.ts'
import { reject, type Rejection } from './outcome.ts'

export interface DecodedLabel {
  status: 'accepted'
  id: string
  /** Canonical class, or number; null withdraws the label. */
  label: string | number | null
  /** Milliseconds since 1970. */
  labelledAt: number
  /** When the prediction was made, if the label says so; milliseconds since 1970. */
  predictionTs: number | undefined
}

/** Compiles the decoder of a model's labels. A label without a time of its own gets `recordedAt`. */
export function labelDecoder(model: Model): (event: unknown, recordedAt: number) => DecodedLabel | Rejection {
  const parse = model.task === 'regression' ? parseNumber : parseCategory
  const expected = model.task === 'regression' ? 'a number' : 'a class: a text, number or boolean'

  return (event, recordedAt) => {
    if (!isRecord(event)) return reject('not_an_object', 'a label must be a JSON object')
    if (event.model !== undefined && event.model !== model.name) {
      return reject(
        'model_mismatch',
        `"model" is ${show(event.model)}, but this is the intake of "${model.name}"`,
      )
    }
    const id = parseText(event.id)
    if (id === undefined)
      return reject('bad_id', `"id" must be a text of 1 to ${MAX_TEXT} characters, or a number below 2^53`)
    if (event.label === undefined) return reject('bad_label', '"label" is absent')
    const label = event.label === null ? null : parse(event.label)
    if (label === undefined)
      return reject('bad_label', `"label" must be ${expected}; it is ${show(event.label)}`)
    const labelledAt = optionalInstant(event.labelled_at) ?? { at: recordedAt }
    if (labelledAt.at === undefined)
      return reject('bad_labelled_at', `"labelled_at" is not a time: ${show(event.labelled_at)}`)
    const predictionTs = optionalInstant(event.prediction_ts)
    if (predictionTs !== undefined && predictionTs.at === undefined) {
      return reject('bad_prediction_ts', `"prediction_ts" is not a time: ${show(event.prediction_ts)}`)
    }
    return { status: 'accepted', id, label, labelledAt: labelledAt.at, predictionTs: predictionTs?.at }
  }
}

function optionalInstant(value: unknown): { at: number | undefined } | undefined {
  return value === undefined || value === null ? undefined : { at: parseInstant(value) }
}
