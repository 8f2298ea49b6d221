import { canonicalCategory } from '../../domain/canonical-category.ts'
import { exactJson } from '../json/exact-json.ts'

/** What an id must be. */
export const ID_HINT = '"id" must be text of 1 to 1000 characters, or a whole number'

/** Longest id, version, class or category that is kept; longer ones are not labels but payloads. */
export const MAX_TEXT = 1000

/**
 * A non-empty text, or a number as text; undefined for all else. Numbers beyond 2^53 that are no bigint have lost digits
 * already, so that different ids would become one. Lone surrogates, which no store takes, are replaced.
 */
export function parseText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return withinText(String(value))
  if (typeof value === 'number') {
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : undefined
  }
  return typeof value === 'string' && value.length > 0 ? withinText(value.toWellFormed()) : undefined
}

function withinText(text: string): string | undefined {
  return text.length <= MAX_TEXT ? text : undefined
}

/** A class or category in canonical spelling, or undefined. An empty text is a category too. */
export function parseCategory(value: unknown): string | undefined {
  if (typeof value === 'boolean') return canonicalCategory(value)
  if (typeof value === 'number') return Number.isFinite(value) ? canonicalCategory(value) : undefined
  if (typeof value === 'bigint') return withinText(String(value))
  return typeof value === 'string' && value.length <= MAX_TEXT
    ? canonicalCategory(value.toWellFormed())
    : undefined
}

/** A finite number, never -0; booleans count as 1 and 0. */
export function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : undefined
}

/** The value as JSON. One that is nested too deeply to be written, which parsing takes and writing does not, is named. */
export function toJson(value: unknown): string {
  try {
    return exactJson(value)
  } catch {
    return '"(nested too deeply)"'
  }
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

/** A value as it may stand in a message: short, and never a whole payload. */
export function show(value: unknown, most = 60): string {
  if (value === undefined) return 'absent'
  const text = toJson(value)
  return text.length > most ? `${text.slice(0, most)}…`.toWellFormed() : text
}
