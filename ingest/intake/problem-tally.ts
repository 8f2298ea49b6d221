import { HOUR_MS } from '../../domain/time.ts'
import { inputProblemLine } from '../../store/events/input-problems.ts'
import type { Model } from '../../control/declared/model.ts'
import { show } from '../decode/fields.ts'
import {
  UNDECLARED,
  type InputWarning,
  type FieldProblem,
  type ProblemReason,
} from '../decode/input-problem.ts'
import { closest } from '../../domain/suggest.ts'

/** Names that nobody declared beyond this many of a batch are counted together, under {@link OTHERS}. */
const MAX_UNDECLARED = 100
const OTHERS = '*'
const MAX_EXAMPLE = 100

/** What undeclared names resemble; a wide model makes this dear, and producers send the same names again and again. */
const resembling = new WeakMap<Model, Map<string, string | undefined>>()
const MAX_REMEMBERED = 1000

interface Entry extends InputWarning {
  /** Records by the beginning of the hour they fall into, milliseconds since 1970. */
  hours: Map<number, number>
}

/** Counts what is noted of a batch of records, by field, reason and hour. */
export class ProblemTally {
  readonly #entries = new Map<string, Entry>()
  readonly #model: Model
  readonly #keys: ReadonlySet<string>
  #undeclared = 0

  /** @param keys that an event has beside features */
  constructor(model: Model, keys: ReadonlySet<string>) {
    this.#model = model
    this.#keys = keys
  }

  /**
   * @param at the time of the record, milliseconds since 1970
   * @param records of that time of which the same is noted
   */
  add(fieldProblems: readonly FieldProblem[], at: number, records = 1): void {
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS
    for (const [field, reason, value] of fieldProblems) {
      const entry = this.#entries.get(`${reason} ${field}`) ?? this.#begin(field, reason, value)
      entry.count += records
      entry.hours.set(hour, (entry.hours.get(hour) ?? 0) + records)
    }
  }

  /** The most frequent first. */
  warnings(): InputWarning[] {
    return [...this.#entries.values()]
      .map(({ hours: _, ...warning }) => warning)
      .sort((a, b) => b.count - a.count)
  }

  /** The counts as they are stored, each with the start of its hour. */
  lines(receivedAt: Date): { line: string; hour: number }[] {
    return [...this.#entries.values()].flatMap(({ hours, field, reason, example, resembles = '' }) =>
      [...hours].map(([hour, events]) => {
        const problem = { hour, field, reason, events, example, resembles }
        return { line: inputProblemLine(this.#model.name, problem, receivedAt), hour }
      }),
    )
  }

  #begin(field: string, reason: ProblemReason, value: unknown): Entry {
    const isUndeclared = UNDECLARED.has(reason)
    const isOther = isUndeclared && this.#undeclared >= MAX_UNDECLARED
    const name = isOther ? OTHERS : field
    const key = `${reason} ${name}`
    const existing = this.#entries.get(key)
    if (existing !== undefined) return existing
    if (isUndeclared) this.#undeclared++
    const resembles = isUndeclared && !isOther ? this.#resembles(field, reason) : undefined
    const entry: Entry = {
      field: name,
      reason,
      count: 0,
      example: value === undefined ? '' : show(value, MAX_EXAMPLE),
      ...(resembles === undefined ? {} : { resembles }),
      hours: new Map(),
    }
    this.#entries.set(key, entry)
    return entry
  }

  #resembles(field: string, reason: ProblemReason): string | undefined {
    const remembered = resembling.get(this.#model) ?? new Map<string, string | undefined>()
    resembling.set(this.#model, remembered)
    // Predictions have more keys than labels.
    const key = `${this.#keys.size} ${reason} ${field}`
    if (remembered.has(key)) return remembered.get(key)
    const found = resembles(field, reason, this.#model, this.#keys)
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, found)
    return found
  }
}

function resembles(
  field: string,
  reason: ProblemReason,
  model: Model,
  keys: ReadonlySet<string>,
): string | undefined {
  if (reason === 'feature_at_top_level') return `features.${field}`
  const name = reason === 'unknown_feature' ? field.slice('features.'.length) : field
  if (reason === 'unknown_feature' && keys.has(name)) return name
  // Any other name of one or two letters is close to such a name; an immense one is close to none.
  if (name.length < 3 || name.length > 200) return undefined
  const feature = closest(
    name,
    model.features.map((one) => one.name),
  )
  if (reason === 'unknown_feature') return feature
  return closest(name, keys) ?? (feature === undefined ? undefined : `features.${feature}`)
}
