import { durationSchema } from '../store/duration.ts'
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
  /** How long after its prediction the label came, where only that is known; then it is no later than `labelledAt`. */
  labelledAfter: number | undefined
  /** When the prediction was made, if the label says so; milliseconds since 1970. */
  predictionTs: number | undefined
}

/**
 * Compiles the decoder of a model's labels. A label that says neither when it came nor how long after its prediction came
 * when it was recorded, or where `delay` is given, so long after its prediction: never later than it was recorded.
 */
export function labelDecoder(
  model: Model,
  delay?: number,
): (event: unknown, recordedAt: number) => DecodedLabel | Rejection {
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
    const given = optionalDelay(event.label_delay) ?? { length: delay }
    if ('message' in given) return reject('bad_label_delay', `"label_delay": ${given.message}`)
    // A time of its own says more.
    const after = isAbsent(event.labelled_at) ? given.length : undefined
    const decoded = { status: 'accepted', id, label, predictionTs: predictionTs?.at } as const
    if (after === undefined || predictionTs?.at === undefined)
      return { ...decoded, labelledAt: labelledAt.at, labelledAfter: after }
    const came = Math.min(predictionTs.at + after, recordedAt)
    return { ...decoded, labelledAt: came, labelledAfter: undefined }
  }
}

const isAbsent = (value: unknown) => value === undefined || value === null

function optionalInstant(value: unknown): { at: number | undefined } | undefined {
  return isAbsent(value) ? undefined : { at: parseInstant(value) }
}

function optionalDelay(value: unknown): { length: number } | { message: string } | undefined {
  if (isAbsent(value)) return undefined
  const { success, data, error } = durationSchema.safeParse(value)
  return success ? { length: data } : { message: error.issues[0].message }
}
