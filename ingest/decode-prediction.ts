import type { Model } from '../store/model.ts'
import { isRecord, MAX_TEXT, parseCategory, parseInstant, parseNumber, parseText, toJson } from './fields.ts'
import { reject, type Rejection } from './outcome.ts'

export interface DecodedPrediction {
  status: 'accepted'
  /** Milliseconds since 1970. */
  ts: number
  /** The silver row as a JSON array, in the order of the table's columns. */
  line: string
}

/** More undeclared features than this in one event are not named one by one. */
const MAX_UNKNOWN_NAMED = 20
const HINT =
  'an ISO 8601 time such as "2026-01-03T17:05:00Z", or seconds or milliseconds since 1970, before 2106'

/**
 * Compiles the decoder of a model's predictions. What makes the envelope unusable rejects the event; a bad
 * value of one feature is stored as missing and named in the row.
 */
export function predictionDecoder(
  model: Model,
): (event: unknown, receivedAt: number) => DecodedPrediction | Rejection {
  const features = model.features.map(({ name, kind }) => ({
    name,
    kind,
    parse: kind === 'numeric' ? parseNumber : parseCategory,
  }))
  const declared = new Set(model.features.map(({ name }) => name))
  const parseOutcome = model.task === 'regression' ? parseNumber : parseCategory
  const expected = model.task === 'regression' ? 'a number' : 'a class: a text, number or boolean'

  return (event, receivedAt) => {
    if (!isRecord(event)) return reject('not_an_object', 'a prediction must be a JSON object')
    if (event.model !== undefined && event.model !== model.name) {
      return reject(
        'model_mismatch',
        `"model" is ${show(event.model)}, but this is the intake of "${model.name}"`,
      )
    }
    const id = parseText(event.id)
    if (id === undefined)
      return reject('bad_id', `"id" must be a text of 1 to ${MAX_TEXT} characters, or a number below 2^53`)
    const ts = parseInstant(event.ts)
    if (ts === undefined) return reject('bad_ts', `"ts" must be ${HINT}; it is ${show(event.ts)}`)
    const version = isAbsent(event.version) ? '' : parseText(event.version)
    if (version === undefined) return reject('bad_version', '"version" must be a text or a number')
    const prediction = isAbsent(event.prediction) ? null : parseOutcome(event.prediction)
    if (prediction === undefined) {
      return reject('bad_prediction', `"prediction" must be ${expected}; it is ${show(event.prediction)}`)
    }
    const given = event.features ?? {}
    if (!isRecord(given))
      return reject('bad_features', '"features" must be an object of feature names and values')

    const invalid: string[] = []
    const values = features.map(({ name, kind, parse }) => {
      const value = Object.hasOwn(given, name) ? given[name] : null
      // An empty text is no category: files, of which a baseline may be, cannot tell it from no value.
      if (isAbsent(value) || (kind === 'categorical' && value === '')) return null
      const parsed = parse(value)
      if (parsed === undefined) invalid.push(name)
      return parsed ?? null
    })
    const unknown = Object.keys(given).filter((name) => !declared.has(name))
    const score = parseProbability(event.score, 'score', invalid)
    const scores = parseScores(event.scores, invalid)
    const row = [id, ts, version, receivedAt, prediction, score, scores, invalid, named(unknown), ...values]
    return { status: 'accepted', ts, line: JSON.stringify(row) }
  }
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

function parseProbability(value: unknown, name: string, invalid: string[]): number | null {
  if (isAbsent(value)) return null
  const score = typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined
  if (score === undefined) invalid.push(name)
  return score ?? null
}

function parseScores(value: unknown, invalid: string[]): Record<string, number> {
  if (isAbsent(value)) return {}
  if (!isRecord(value)) {
    invalid.push('scores')
    return {}
  }
  const scores: Record<string, number> = {}
  const faults: string[] = []
  for (const [name, given] of Object.entries(value)) {
    const score = parseProbability(given, 'scores', faults)
    const category = parseCategory(name)
    if (score !== null && category !== undefined) scores[category] = score
  }
  if (faults.length > 0) invalid.push('scores')
  return scores
}

function named(unknown: string[]): string[] {
  return unknown.slice(0, MAX_UNKNOWN_NAMED).map((name) => name.slice(0, MAX_TEXT).toWellFormed())
}

/** A value as it may stand in a message: short, and never a whole payload. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent'
  const text = toJson(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
