import { ALL_OTHER_KEYS, pathKeys } from '../../domain/topics/topic-path.ts'
import { isRecord } from '../../domain/json.ts'
import type { Answer } from '../queries/answer.ts'
import type { Declaration } from './declaration.ts'
import { exampleEvent, exampleLabel } from './example-event.ts'

type Model = Pick<Answer<'getModel'>, 'task' | 'positive' | 'features'>
/** Stands for a model that is not known. */
const ANY_MODEL: Model = { task: 'binary', positive: 'late', features: { amount: 'numeric' } }

/** A record as the topic's declaration expects it; undefined for what KServe logs. */
export function exampleRecord(
  topic: Declaration,
  model: Model | undefined,
  now: Date,
): Record<string, unknown> | undefined {
  if (topic.kserve !== undefined) return undefined
  const { fields } = topic
  const event = eventOf(topic, model ?? ANY_MODEL, now)
  if (!isRecord(fields)) return event
  const record: Record<string, unknown> = {}
  for (const [field, path] of Object.entries(fields)) {
    if (field === 'features') putFeatures(record, path, event.features)
    else if (typeof path === 'string' && path !== '') put(record, pathKeys(path), valueOf(field, event))
  }
  return record
}

function eventOf({ records, model }: Declaration, of: Model, now: Date): Record<string, unknown> {
  const named = model === undefined ? { model: 'shop' } : {}
  return { ...named, ...(records === 'labels' ? exampleLabel(of) : exampleEvent(of, now)) }
}

/** Of what an example in our own shape leaves out, because it can. */
function valueOf(field: string, event: Record<string, unknown>): unknown {
  if (field === 'shadow') return false
  if (field === 'scores') return { [String(event.prediction)]: 0.61 }
  if (field === 'labelled_at' || field === 'prediction_ts') return '2026-01-05T10:00:00Z'
  return event[field] ?? 0.61
}

function putFeatures(record: Record<string, unknown>, path: unknown, features: unknown): void {
  if (!isRecord(features)) return
  if (path === ALL_OTHER_KEYS) {
    for (const [name, value] of Object.entries(features))
      if (!Object.hasOwn(record, name)) record[name] = value
  } else if (typeof path === 'string' && path !== '') put(record, pathKeys(path), features)
  else if (isRecord(path))
    for (const [name, at] of Object.entries(path))
      if (typeof at === 'string' && at !== '') put(record, pathKeys(at), features[name] ?? 1.5)
}

/** Keys that are drawn as places in a list. */
const INDEX = /^\d$/

/** Puts a value where the keys lead; what stands in the way makes room. */
function put(record: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let holder = record
  for (const [i, key] of keys.slice(0, -1).entries()) {
    const within = Object.hasOwn(holder, key) ? holder[key] : undefined
    const isHolder = isRecord(within) || Array.isArray(within)
    const next = isHolder ? within : INDEX.test(keys[i + 1]) ? [] : {}
    define(holder, key, next)
    holder = next as Record<string, unknown>
  }
  define(holder, keys[keys.length - 1], value)
}

/** A key such as `__proto__` is a key like any other. */
const define = (holder: object, key: string, value: unknown) =>
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
