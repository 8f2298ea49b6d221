import { parseTime } from '../decode/parse-time.ts'
import { MISSING_NUMBERS } from '../columns/number-text.ts'
import type { ColumnKind } from '../../control/declared/model.ts'
import { canonicalCategory } from '../../domain/canonical-category.ts'
import type { Field } from './fields.ts'

/** What a cell of a table says, as the intake takes it; undefined where it says nothing. */
export type ReadCell = (text: string | null) => unknown

const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * How the cells of a column are read.
 * @param field that the column holds; undefined for a feature
 * @param kind of a feature, or of the predictions and labels
 * @param isTime whether the file says that it holds times
 */
export function cellReader(field: Field | undefined, kind: ColumnKind, isTime: boolean): ReadCell {
  switch (field) {
    case 'id':
      return (text) => text ?? undefined
    case 'model':
    case 'version':
    case 'shadow':
      return (text) => text || undefined
    case 'ts':
    case 'labelled_at':
      return (text) => instant(text, isTime)
    case 'score':
      return (text) => number(text, false)
    case 'prediction':
      return (text) => (text ? value(text, kind, isTime) : null)
    case 'label':
      return (text) => (text ? (value(text, kind, isTime) ?? undefined) : undefined)
    case undefined:
      return (text) => value(text, kind, isTime)
  }
}

function value(text: string | null, kind: ColumnKind, isTime: boolean): unknown {
  return kind === 'numeric' ? number(text, isTime) : text
}

/** Text that is no number stays what it is, so that the service tells of it. A time is in seconds since 1970. */
function number(text: string | null, isTime: boolean): number | string | null {
  const trimmed = text?.trim() ?? ''
  if (text === null || MISSING_NUMBERS.includes(trimmed.toLowerCase())) return null
  if (isTime) return secondsSince1970(trimmed) ?? text
  const canonical = canonicalCategory(trimmed)
  return NUMERAL.test(canonical) ? Number(canonical) : text
}

/** Of a day of birth too, or one in the year 9999: as a number, a time may lie outside of those that events can have. */
function secondsSince1970(typed: string): number | undefined {
  const [date, clock] = typed.split(' ')
  const at = Date.parse(clock === undefined ? date : `${date}T${clock}Z`)
  return Number.isNaN(at) ? undefined : at / 1000
}

/** Fewer digits may be a date. */
const EPOCH = /^\d{9,}(\.\d*)?$/

function instant(text: string | null, isTime: boolean): number | string | undefined {
  if (text === null || text === '') return undefined
  if (isTime) return typedTime(text) ?? text
  return EPOCH.test(text) ? Number(text) : text
}

/** Where the file says that a column holds times, they are in UTC. */
function typedTime(text: string): string | undefined {
  const time = parseTime(text, { localOffset: () => 0 })
  return 'at' in time ? new Date(time.at).toISOString() : undefined
}
