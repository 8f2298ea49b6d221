import { canonicalCategory } from '../store/model.ts'

/** Longest id, version, class or category that is kept; longer ones are not labels but payloads. */
export const MAX_TEXT = 1000

/** Hours outside 1970 to 2106 do not fit the engine's `DateTime`. */
const EARLIEST = Date.UTC(1970, 0, 2)
const LATEST = Date.UTC(2105, 11, 31)
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/
/** Numbers below are seconds since 1970, numbers above milliseconds. */
const SECONDS_BELOW = 1e11

/** Milliseconds since 1970 of an ISO 8601 text (UTC unless it says otherwise) or an epoch number. */
export function parseInstant(value: unknown): number | undefined {
  const time = typeof value === 'number' ? epoch(value) : typeof value === 'string' ? iso(value) : NaN
  return time >= EARLIEST && time <= LATEST ? time : undefined
}

function epoch(value: number): number {
  return Math.floor(Math.abs(value) < SECONDS_BELOW ? value * 1000 : value)
}

function iso(text: string): number {
  const match = ISO.exec(text)
  if (match === null || !isDay(text)) return NaN
  // Date.parse takes a date alone as UTC, but a date and time without a zone as local.
  return Date.parse(
    match[4] === undefined && match[1] !== undefined ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T'),
  )
}

/** Whether the month has such a day: Date.parse moves the 30th of February into March. */
function isDay(text: string): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)].map(Number)
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/**
 * A non-empty text, or a number as text; undefined for all else. Whole numbers beyond 2^53 have lost digits by
 * the time they are parsed, so that different ids would become one. Lone surrogates, which no store takes, are
 * replaced.
 */
export function parseText(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : undefined
  }
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT
    ? value.toWellFormed()
    : undefined
}

/** A class or category in canonical spelling, or undefined. An empty text is a category too. */
export function parseCategory(value: unknown): string | undefined {
  if (typeof value === 'boolean') return canonicalCategory(value)
  if (typeof value === 'number') return Number.isFinite(value) ? canonicalCategory(value) : undefined
  return typeof value === 'string' && value.length <= MAX_TEXT
    ? canonicalCategory(value.toWellFormed())
    : undefined
}

/** A finite number; booleans count as 1 and 0. */
export function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value as JSON. One that is nested too deeply to be written, which parsing takes and writing does not, is named. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '"(nested too deeply)"'
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
