import type { z } from 'zod'
import type { Routes } from '../api/contract/routes.ts'
import { canonicalCategory } from '../domain/canonical-category.ts'
import { constraintProblems, formProblems } from '../domain/constraints.ts'

type Declared = z.input<Routes['getModel']['answers'][200]>['features'][string]
/** A feature as it is declared, always a mapping. */
export type Feature = Exclude<Declared, string>

export const CONSTRAINTS = ['min', 'max', 'allowed', 'pattern', 'required', 'tolerance'] as const
export type Constraint = (typeof CONSTRAINTS)[number]

export const featureOf = (declared: Declared): Feature =>
  typeof declared === 'string' ? { kind: declared } : declared

/** What is typed into the fields; empty where nothing is declared. */
export interface FeatureForm {
  min: string
  max: string
  /** One value per line. */
  allowed: string
  pattern: string
  required: boolean
  tolerance: string
}

export function formOf(feature: Feature): FeatureForm {
  const text = (value: number | undefined) => (value === undefined ? '' : String(value))
  return {
    min: text(feature.min),
    max: text(feature.max),
    allowed: (feature.allowed ?? []).map(lineOf).join('\n'),
    pattern: feature.pattern ?? '',
    required: feature.required ?? false,
    tolerance: text(feature.tolerance),
  }
}

export type FormProblems = Partial<Record<Constraint, string>>

/** The feature that a form declares, or what is wrong with it by the rules of the API. What has no field stays as in `base`. */
export function readForm(
  form: FeatureForm,
  base: Feature,
): { feature: Feature; problems?: undefined } | { feature?: undefined; problems: FormProblems } {
  const { kind, importance } = base
  const given = {
    min: numberIn(form.min),
    max: numberIn(form.max),
    allowed: valuesIn(form.allowed, kind),
    pattern: form.pattern === '' ? undefined : form.pattern,
    required: form.required ? true : undefined,
    tolerance: numberIn(form.tolerance),
  }
  const ofEach = formProblems({ kind, ...given })
  const found = ofEach.length > 0 ? ofEach : constraintProblems({ kind, ...given })
  if (found.length > 0)
    return { problems: Object.fromEntries(found.map(({ field, message }) => [field, message])) }
  const declared = Object.entries({ kind, importance, ...given }).filter(([, value]) => value !== undefined)
  return { feature: Object.fromEntries(declared) as Feature }
}

const numberIn = (text: string) => (text.trim() === '' ? undefined : Number(text))

/** Values that a line could not tell from others are written as JSON. */
function lineOf(value: string | number | boolean): string {
  const text = String(value)
  return /^$|^["\s]|\s$|[\n\r]/.test(text) ? JSON.stringify(text) : text
}

function valuesIn(text: string, kind: Feature['kind']): (string | number)[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return undefined
  const values = lines.map((line) => (kind === 'numeric' ? Number(line) : canonicalCategory(unquoted(line))))
  return [...new Set(values)]
}

function unquoted(line: string): string {
  if (!line.startsWith('"')) return line
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'string' ? value : line
  } catch {
    return line
  }
}
