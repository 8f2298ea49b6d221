import type { z } from 'zod'
import { knownKeys } from './schema-keys.ts'
import { closest, didYouMean } from '../../domain/suggest.ts'

export type Path = readonly PropertyKey[]

/** What is wrong with the value, or with `key: true` the key, at a path. */
export interface Finding {
  path: Path
  key?: boolean
  message: string
}

export interface Described {
  schema: z.ZodType
  value: unknown
  /** How a value may be named in a message; undefined where it may not be shown. */
  show: (path: Path) => string | undefined
}

type Issue = z.core.$ZodIssue

/** One sentence for each thing that an issue of the schema says. */
export function describeIssue(issue: Issue, context: Described): Finding[] {
  const { path } = issue
  const value = at(context.value, path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, context.schema))
  if (issue.code === 'invalid_union') return union(issue, value, context)
  if (value === undefined && issue.code !== 'custom') return [{ path, message: 'is missing' }]
  if (value === null) return [{ path, message: `is empty${expectation(issue)}` }]
  if (issue.code === 'invalid_type') return [{ path, message: wrongType(issue.expected, value) }]
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const shown = context.show(path)
    const hint = typeof value === 'string' && shown === value ? didYouMean(value, allowed) : ''
    const subject = shown === undefined ? 'this' : `"${shown}"`
    return [{ path, message: `${subject} is not one of ${allowed.join(', ')}${hint}` }]
  }
  return [
    {
      path,
      message: isStock(issue.message) ? size(issue) : unquoted(issue.message, value, context.show(path)),
    },
  ]
}

/** A message of a schema may quote its value. */
function unquoted(message: string, value: unknown, shown = ''): string {
  return typeof value === 'string' && value !== '' && value !== shown
    ? message.replaceAll(`"${value}"`, `"${shown}"`)
    : message
}

/** The value at a path of plain data. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (holder, step) =>
      holder instanceof Object && Object.hasOwn(holder, step)
        ? (holder as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  )
}

function unknownKey(path: Path, key: string, schema: z.ZodType): Finding {
  const known = knownKeys(schema, path)
  const suggestion = closest(key, known)
  const hint =
    suggestion === undefined ? `; known keys: ${known.join(', ')}` : `; did you mean "${suggestion}"?`
  return { path: [...path, key], key: true, message: `unknown key "${key}"${hint}` }
}

/** Of a union the branch that fits best speaks: the one whose faults lie inside the value, not in its type. */
function union(issue: z.core.$ZodIssueInvalidUnion, value: unknown, context: Described): Finding[] {
  const nested = issue.errors.map((branch) =>
    branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
  )
  if (value instanceof Object) {
    const fitting = nested.find((branch) =>
      branch.every(
        ({ code, path }) =>
          path.length > issue.path.length || (code !== 'invalid_type' && code !== 'invalid_value'),
      ),
    )
    if (fitting !== undefined) return fitting.flatMap((one) => describeIssue(one, context))
  }
  const shown = context.show(issue.path)
  const allowed = nested.flat().flatMap((one) => (one.code === 'invalid_value' ? one.values.map(String) : []))
  const hint = typeof value === 'string' && shown === value ? didYouMean(value, allowed) : ''
  if (!isStock(issue.message)) return [{ path: issue.path, message: `${issue.message}${hint}` }]
  if (value === undefined) return [{ path: issue.path, message: 'is missing' }]
  return nested[0].flatMap((one) => describeIssue(one, context))
}

const NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
}

function wrongType(expected: string, value: unknown): string {
  const wanted = NAMES[expected] ?? expected
  const simple = typeof value === 'number' || typeof value === 'boolean'
  if (expected === 'string' && simple) return 'must be text; put it in quotes'
  const given = Array.isArray(value) ? 'array' : typeof value
  return `must be ${wanted}, not ${NAMES[given] ?? given}`
}

function expectation(issue: Issue): string {
  return issue.code === 'invalid_type' ? `; it must be ${NAMES[issue.expected] ?? issue.expected}` : ''
}

/** Messages of the schema library itself, as against those that the schemas state. */
const isStock = (message: string) => /^(Too (small|big)|Invalid|Unrecognized)\b/.test(message)

function size(issue: Issue): string {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return 'is not valid'
  const low = issue.code === 'too_small'
  const bound = String(low ? issue.minimum : issue.maximum)
  if (issue.origin === 'number' || issue.origin === 'int') {
    if (low) return issue.inclusive ? `must be ${bound} or more` : `must be more than ${bound}`
    return issue.inclusive ? `must be ${bound} or less` : `must be less than ${bound}`
  }
  if (issue.origin === 'array' && low && bound === '1') return 'must not be an empty list'
  const what = issue.origin === 'array' ? 'entries' : 'characters'
  return `must have at ${low ? 'least' : 'most'} ${bound} ${what}`
}
