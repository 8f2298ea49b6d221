import type { Model } from '../../control/declared/model.ts'
import { isAbsent, MAX_TEXT, parseCategory, parseNumber, show } from './fields.ts'
import { didYouMean } from '../../domain/suggest.ts'
import { whyUnusable, type FieldProblem } from './input-problem.ts'
import { reject, type Rejection } from './outcome.ts'

/** More undeclared names than this in one event are not named one by one. */
export const MAX_UNKNOWN_NAMED = 20
const NONE: readonly never[] = []

export interface ReadFeatures {
  status: 'read'
  /** Of each declared feature, in the order of the declaration; null where there is none that can be used. */
  values: (string | number | null)[]
  /** Features whose value could not be used. */
  invalid: string[]
  /** Features that do not occur at all, a null being a word on them. */
  absent: number
  /** Names that nobody declared, where the model wants to know. */
  unknown: readonly string[]
}

/** Compiles what reads the features of a model's events: one bad value is missing, and noted. */
export function featureReader(
  model: Model,
): (given: Record<string, unknown>, note: (problem: FieldProblem) => void) => ReadFeatures | Rejection {
  const features = model.features.map(({ name, kind }) => ({
    name,
    kind,
    field: `features.${name}`,
    parse: kind === 'numeric' ? parseNumber : parseCategory,
  }))
  const declared = new Set(model.features.map(({ name }) => name))
  const isStrict = model.unknown_features === 'strict'
  const ignoresUnknown = model.unknown_features === 'ignore'
  // Events of one producer have the same keys in the same order, so which features these are is looked up once.
  let layout = layoutOf([], declared)

  return (given, note) => {
    const keys = Object.keys(given)
    if (!isSame(keys, layout.keys)) layout = layoutOf(keys, declared)
    const { isGiven, known, undeclared } = layout
    if (isStrict && undeclared.length > 0)
      return reject('unknown_feature', undeclaredFeature(undeclared[0], declared))
    const invalid: string[] = []
    const values = features.map(({ name, kind, field, parse }, i) => {
      const value = isGiven[i] ? given[name] : undefined
      // An empty text is no category: files, of which a baseline may be, cannot tell it from no value.
      if (isAbsent(value) || (kind === 'categorical' && value === '')) return null
      const parsed = parse(value)
      if (parsed !== undefined) return parsed
      invalid.push(name)
      note([field, whyUnusable(value, kind), value])
      return null
    })
    const unknown = ignoresUnknown ? NONE : undeclared
    for (const name of unknown) note([`features.${name}`, 'unknown_feature', given[name]])
    if (known === 0 && features.length > 0)
      note(['features', 'no_declared_feature', keys.slice(0, MAX_UNKNOWN_NAMED)])
    return { status: 'read', values, invalid, absent: features.length - known, unknown }
  }
}

/** What the keys of an event say about its features. */
interface Layout {
  keys: readonly string[]
  /** Of each declared feature, in the order of the declaration. */
  isGiven: readonly boolean[]
  /** How many of the declared features are there. */
  known: number
  /** Names that nobody declared, not more than can be named. */
  undeclared: readonly string[]
}

function layoutOf(keys: readonly string[], declared: ReadonlySet<string>): Layout {
  const given = new Set(keys)
  const isGiven = [...declared].map((name) => given.has(name))
  const known = isGiven.filter(Boolean).length
  const undeclared = keys.length === known ? NONE : named(keys.filter((name) => !declared.has(name)))
  return { keys, isGiven, known, undeclared }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i])
}

function undeclaredFeature(name: string, declared: ReadonlySet<string>): string {
  const hint = didYouMean(name, declared) || '; declare it, or set `unknown_features` of the model to `warn`'
  return `the feature ${show(name)} is not declared${hint}`
}

function named(unknown: string[]): string[] {
  return unknown.slice(0, MAX_UNKNOWN_NAMED).map(shortened)
}

export const shortened = (name: string) => name.slice(0, MAX_TEXT).toWellFormed()
