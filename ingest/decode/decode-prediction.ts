import type { Model } from '../../control/declared/model.ts'
import { decodeTime } from './decode-time.ts'
import { isAbsent, parseCategory, parseNumber, parseText, show, ID_HINT } from './fields.ts'
import { isRecord } from '../../domain/json.ts'
import type { FieldProblem } from './input-problem.ts'
import { reject, type Rejection } from './outcome.ts'
import { featureReader, MAX_UNKNOWN_NAMED, shortened } from './read-features.ts'
import { parseProbability, parseScores, whyNoScore } from './scores.ts'

export interface DecodedPrediction {
  status: 'accepted'
  /** Milliseconds since 1970. */
  ts: number
  /** The silver row as a JSON array, in the order of the table's columns. */
  line: string
  /** What of it is not as it was declared; each field and reason once. */
  fieldProblems: readonly FieldProblem[]
}

export const PREDICTION_KEYS: ReadonlySet<string> = new Set([
  'model',
  'id',
  'ts',
  'version',
  'features',
  'prediction',
  'score',
  'scores',
  'shadow',
])
const NONE: readonly never[] = []

/**
 * Compiles the decoder of a model's predictions. What makes the envelope unusable rejects the event; a bad
 * value of one feature is stored as missing and named in the row.
 * @param classes that the model is known to have; a prediction of another is noted
 * @returns a function of an event, the time now, and the time under which it is stored: of two with the same id and hour the
 *   later one counts
 */
export function predictionDecoder(
  model: Model,
  classes?: ReadonlySet<string>,
): (event: unknown, now: number, receivedAt?: number) => DecodedPrediction | Rejection {
  const read = featureReader(model)
  const declared = new Set(model.features.map(({ name }) => name))
  const parseOutcome = model.task === 'regression' ? parseNumber : parseCategory
  const expected = model.task === 'regression' ? 'a number' : 'a class: a text, number or boolean'

  return (event, now, receivedAt = now) => {
    if (!isRecord(event)) return reject('not_an_object', 'a prediction must be a JSON object')
    if (event.model !== undefined && event.model !== model.name) {
      return reject(
        'model_mismatch',
        `"model" is ${show(event.model)}, but this is the intake of "${model.name}"`,
      )
    }
    const id = parseText(event.id)
    if (id === undefined) return reject('bad_id', ID_HINT)
    const ts = decodeTime('ts', event.ts, 'bad_ts', now)
    if (ts.status === 'rejected') return ts
    const version = isAbsent(event.version) ? '' : parseText(event.version)
    if (version === undefined) return reject('bad_version', '"version" must be text or a number')
    const shadow = parseShadow(event.shadow)
    if (shadow === undefined)
      return reject('bad_shadow', `"shadow" must be true or false; it is ${show(event.shadow)}`)
    if (shadow && version === '') return reject('bad_version', 'a shadow prediction must state its "version"')
    const prediction = isAbsent(event.prediction) ? null : parseOutcome(event.prediction)
    if (prediction === undefined) {
      return reject('bad_prediction', `"prediction" must be ${expected}; it is ${show(event.prediction)}`)
    }
    const given = event.features ?? {}
    if (!isRecord(given))
      return reject('bad_features', '"features" must be an object of feature names and values')

    let fieldProblems: FieldProblem[] | undefined
    const note = (problem: FieldProblem) => void (fieldProblems ??= []).push(problem)
    const features = read(given, note)
    if (features.status === 'rejected') return features
    const { values, invalid, unknown } = features

    const score = isAbsent(event.score) ? null : parseProbability(event.score)
    if (score === undefined) {
      invalid.push('score')
      note(['score', whyNoScore(event.score), event.score])
    }
    const scores = isAbsent(event.scores) ? {} : parseScores(event.scores, note)
    if (scores === undefined) invalid.push('scores')

    if (isAbsent(event.prediction) && isAbsent(event.score) && isAbsent(event.scores))
      note(['prediction', 'no_prediction', event.prediction])
    if (classes !== undefined && prediction !== null && !classes.has(prediction as string))
      note(['prediction', 'unseen_class', event.prediction])
    if (version !== '' && typeof event.version !== 'string')
      note(['version', 'number_for_text', event.version])
    for (const problem of undeclaredKeys(event, PREDICTION_KEYS, declared)) note(problem)

    const row = [id, ts.at, version, receivedAt, prediction, score ?? null, scores ?? {}, Number(shadow), invalid, unknown, ...values] // prettier-ignore
    return { status: 'accepted', ts: ts.at, line: JSON.stringify(row), fieldProblems: fieldProblems ?? NONE }
  }
}

/** Taken for traffic that was served, it would spoil the counts of the model: what is not clear is refused. */
function parseShadow(value: unknown): boolean | undefined {
  if (isAbsent(value)) return false
  const canonical = parseCategory(value)
  return canonical === '1' ? true : canonical === '0' ? false : undefined
}

const NO_FEATURES: ReadonlySet<string> = new Set()

/** Keys beside those that an event has; one that is called like a feature stands in the wrong place. */
export function undeclaredKeys(
  event: Record<string, unknown>,
  keys: ReadonlySet<string>,
  features: ReadonlySet<string> = NO_FEATURES,
): readonly FieldProblem[] {
  let found: FieldProblem[] | undefined
  for (const key in event) {
    if (keys.has(key) || (found !== undefined && found.length >= MAX_UNKNOWN_NAMED)) continue
    const reason = features.has(key) ? 'feature_at_top_level' : 'unknown_key'
    ;(found ??= []).push([shortened(key), reason, event[key]])
  }
  return found ?? NONE
}
