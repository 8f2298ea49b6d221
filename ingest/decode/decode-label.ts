import { durationSchema } from '../../control/declared/duration.ts'
import type { Model } from '../../control/declared/model.ts'
import { undeclaredKeys } from './decode-prediction.ts'
import { decodeTime } from './decode-time.ts'
import { ID_HINT, isAbsent, parseCategory, parseNumber, parseText, show } from './fields.ts'
import { isRecord } from '../../domain/json.ts'
import type { FieldProblem } from './input-problem.ts'
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
  /** What of it is not as it was declared; each field and reason once. */
  fieldProblems: readonly FieldProblem[]
}

export const LABEL_KEYS: ReadonlySet<string> = new Set([
  'model',
  'id',
  'label',
  'labelled_at',
  'label_delay',
  'prediction_ts',
])

export interface LabelDecoderOptions {
  /** Classes that the model is known to have; a label of another is noted. */
  classes?: ReadonlySet<string> | undefined
  /** Of labels that say no time: how long after their predictions they came. */
  delay?: number | undefined
}

/**
 * Compiles the decoder of a model's labels. A label that says neither when it came nor how long after its prediction came
 * when it was recorded, or where `delay` is given, so long after its prediction: never later than it was recorded. `now`
 * is the time of the clock here.
 */
export function labelDecoder(
  model: Model,
  { classes, delay }: LabelDecoderOptions = {},
): (event: unknown, recordedAt: number, now: number) => DecodedLabel | Rejection {
  const parse = model.task === 'regression' ? parseNumber : parseCategory
  const expected = model.task === 'regression' ? 'a number' : 'a class: a text, number or boolean'

  return (event, recordedAt, now) => {
    if (!isRecord(event)) return reject('not_an_object', 'a label must be a JSON object')
    if (event.model !== undefined && event.model !== model.name) {
      return reject(
        'model_mismatch',
        `"model" is ${show(event.model)}, but this is the intake of "${model.name}"`,
      )
    }
    const id = parseText(event.id)
    if (id === undefined) return reject('bad_id', ID_HINT)
    if (event.label === undefined) return reject('bad_label', '"label" is absent')
    const label = event.label === null ? null : parse(event.label)
    if (label === undefined)
      return reject('bad_label', `"label" must be ${expected}; it is ${show(event.label)}`)
    const labelledAt = isAbsent(event.labelled_at)
      ? undefined
      : // Of many outcomes only the day is known.
        decodeTime('labelled_at', event.labelled_at, 'bad_labelled_at', now, { takesDates: true })
    if (labelledAt?.status === 'rejected') return labelledAt
    const predictionTs = isAbsent(event.prediction_ts)
      ? undefined
      : decodeTime('prediction_ts', event.prediction_ts, 'bad_prediction_ts', now)
    if (predictionTs?.status === 'rejected') return predictionTs

    const given = optionalDelay(event.label_delay) ?? { length: delay }
    if ('message' in given) return reject('bad_label_delay', `"label_delay": ${given.message}`)

    const isUnseen = classes !== undefined && label !== null && !classes.has(label as string)
    const undeclared = undeclaredKeys(event, LABEL_KEYS)
    const fieldProblems: readonly FieldProblem[] = isUnseen
      ? [...undeclared, ['label', 'unseen_class', event.label]]
      : undeclared
    const decoded = { status: 'accepted', id, label, predictionTs: predictionTs?.at, fieldProblems } as const
    // A time of its own says more.
    const after = labelledAt === undefined ? given.length : undefined
    if (after === undefined || predictionTs === undefined)
      return { ...decoded, labelledAt: labelledAt?.at ?? recordedAt, labelledAfter: after }
    return { ...decoded, labelledAt: Math.min(predictionTs.at + after, recordedAt), labelledAfter: undefined }
  }
}

function optionalDelay(value: unknown): { length: number } | { message: string } | undefined {
  if (isAbsent(value)) return undefined
  const { success, data, error } = durationSchema.safeParse(value)
  return success ? { length: data } : { message: error.issues[0].message }
}
