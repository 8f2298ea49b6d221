import type { Fields } from '../../control/declared/topic-fields.ts'
import { ALL_OTHER_KEYS, pathKeys } from '../../domain/topics/topic-path.ts'
import type { TopicDeclaration } from '../../store/topic.ts'
import { reject, type RejectionReason } from '../decode/outcome.ts'
import type { MapObject } from './mapped.ts'
import { compilePath } from './path.ts'

type Read = (value: Record<string, unknown>) => unknown

const NOTHING: Read = () => undefined

/** Without these a record is of no use; what has no place in the declaration is left to be told later. */
const NEEDED = { id: 'bad_id', ts: 'bad_ts', label: 'bad_label' } as const satisfies Partial<
  Record<keyof Fields, RejectionReason>
>

/** Compiles the fields of a declaration to what makes an event in our own shape of a record. */
export function compileFields(fields: Fields, { records, model }: TopicDeclaration): MapObject {
  const toEvent = records === 'predictions' ? predictionOf(fields) : labelOf(fields)
  const readModel = reader(fields.model)
  const needed = Object.entries(NEEDED).flatMap(([field, reason]) => {
    const path = fields[field as keyof typeof NEEDED]
    return path === undefined ? [] : [{ field: field as keyof typeof NEEDED, reason, path }]
  })
  return (value) => {
    const event = toEvent(value)
    for (const { field, reason, path } of needed) {
      if (event[field] === undefined)
        return reject(reason, `there is no value at "${path}", the declared path of "${field}"`)
    }
    return { status: 'records', records: [{ model: model ?? modelNamed(readModel(value)), event }] }
  }
}

/** The model that a record names. */
export function modelNamed(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function predictionOf(fields: Fields): (value: Record<string, unknown>) => Record<string, unknown> {
  const [id, ts] = [reader(fields.id), reader(fields.ts)]
  const [version, shadow] = [reader(fields.version), reader(fields.shadow)]
  const [prediction, score, scores] = [reader(fields.prediction), reader(fields.score), reader(fields.scores)]
  const features = featuresReader(fields)
  return (value) => ({
    id: id(value),
    ts: ts(value),
    version: version(value),
    shadow: shadow(value),
    features: features(value),
    prediction: prediction(value),
    score: score(value),
    scores: scores(value),
  })
}

function labelOf(fields: Fields): (value: Record<string, unknown>) => Record<string, unknown> {
  const [id, label] = [reader(fields.id), reader(fields.label)]
  const [labelledAt, predictionTs] = [reader(fields.labelled_at), reader(fields.prediction_ts)]
  return (value) => ({
    id: id(value),
    label: label(value),
    labelled_at: labelledAt(value),
    prediction_ts: predictionTs(value),
  })
}

function reader(path: string | undefined): Read {
  return path === undefined ? NOTHING : compilePath(path)
}

function featuresReader({ features, ...others }: Fields): Read {
  if (features === ALL_OTHER_KEYS) {
    // No feature is called `__proto__`, and to assign to it would do something else.
    const taken = new Set(['__proto__', ...Object.values(others).map((path) => pathKeys(path)[0])])
    return (value) => {
      const found: Record<string, unknown> = {}
      for (const key of Object.keys(value)) if (!taken.has(key)) found[key] = value[key]
      return found
    }
  }
  if (typeof features !== 'object') return reader(features)
  const readers = Object.entries(features).map(([name, path]) => [name, compilePath(path)] as const)
  return (value) => {
    const found: Record<string, unknown> = {}
    for (const [name, read] of readers) found[name] = read(value)
    return found
  }
}
