import type { Model } from '../../control/declared/model.ts'
import { isRecord } from '../../domain/json.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { undeclaredKeys } from './decode-prediction.ts'
import { decodeTime } from './decode-time.ts'
import { ID_HINT, isAbsent, parseText, show } from './fields.ts'
import type { FieldProblem } from './input-problem.ts'
import { reject, type Rejection } from './outcome.ts'
import { featureReader } from './read-features.ts'

export interface DecodedReference {
  status: 'accepted'
  id: string
  /** When the prediction was made, if the row says so; milliseconds since 1970. */
  ts: number | undefined
  /** The row as a JSON array, in the order of the table's columns. */
  line: string
  /** What of it is not as it was declared; each field and reason once. */
  fieldProblems: readonly FieldProblem[]
}

export const REFERENCE_KEYS: ReadonlySet<string> = new Set(['model', 'id', 'ts', 'features'])

/**
 * Compiles the decoder of features that were computed offline. Features that a row does not have, or whose value cannot be
 * used, are not compared; a null says that there is no value.
 * @returns a function of an event, the time now, and the time under which it is stored: of two for the same prediction the
 *   later one counts
 */
export function referenceDecoder(
  model: Model,
): (event: unknown, now: number, receivedAt: number) => DecodedReference | Rejection {
  const read = featureReader(model)
  const declared = new Set(model.features.map(({ name }) => name))

  return (event, now, receivedAt) => {
    if (!isRecord(event)) return reject('not_an_object', 'a row of reference features must be a JSON object')
    if (event.model !== undefined && event.model !== model.name)
      return reject(
        'model_mismatch',
        `"model" is ${show(event.model)}, but this is the intake of "${model.name}"`,
      )
    const id = parseText(event.id)
    if (id === undefined) return reject('bad_id', ID_HINT)
    const ts = isAbsent(event.ts) ? undefined : decodeTime('ts', event.ts, 'bad_ts', now)
    if (ts?.status === 'rejected') return ts
    const given = event.features
    if (!isRecord(given))
      return reject('bad_features', '"features" must be an object of feature names and values')
    const fieldProblems: FieldProblem[] = []
    const features = read(given, (problem) => void fieldProblems.push(problem))
    if (features.status === 'rejected') return features
    fieldProblems.push(...undeclaredKeys(event, REFERENCE_KEYS, declared))
    const absent =
      features.absent === 0
        ? []
        : model.features.map(({ name }) => name).filter((name) => !Object.hasOwn(given, name))
    const hour = ts === undefined ? 0 : (Math.floor(ts.at / HOUR_MS) * HOUR_MS) / 1000
    const row = [id, hour, receivedAt, [...absent, ...features.invalid], ...features.values]
    return { status: 'accepted', id, ts: ts?.at, line: JSON.stringify(row), fieldProblems }
  }
}
