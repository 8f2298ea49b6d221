import { canonicalCategorySql } from '../../control/declared/model.ts'
import { MAX_AHEAD_MS } from '../decode/decode-time.ts'
import { MAX_TEXT } from '../decode/fields.ts'
import { EARLIEST, LATEST } from '../decode/parse-time.ts'
import { BEYOND } from '../decode/scores.ts'
import type { Cell } from './cells.ts'

/**
 * How the engine reads a cell: `value` is what the decoder of records makes of it wherever `clean` is 1. Where it is 0, the
 * decoder has to look: at a value that is refused or reported, or that is spelled in a way that only the decoder knows.
 */
export interface Reading {
  value: string
  clean: string
}

const isAbsent = ({ sql }: Cell) => `isNull(${sql})`

/** As `parseNumber` reads it. */
export function numberReading(cell: Cell): Reading {
  const { kind, sql } = cell
  if (kind === 'float') return { value: `if(isFinite(${sql}), ${sql} + 0, NULL)`, clean: '1' }
  if (kind === 'integer' || kind === 'boolean') return { value: `toFloat64(${sql})`, clean: '1' }
  if (kind === 'decimal') return { value: `toFloat64OrNull(${sql})`, clean: '1' }
  return { value: 'CAST(NULL AS Nullable(Float64))', clean: isAbsent(cell) }
}

const MAX_SAFE = String(Number.MAX_SAFE_INTEGER)

/** As `parseCategory` reads it. Numbers with a fraction are spelled by the decoder. */
export function categoryReading(cell: Cell): Reading {
  const { kind, sql } = cell
  // Few values are spelled in another way, which all begin like this.
  if (kind === 'text')
    return {
      value: `if(match(${sql}, '^[-0-9tTfF]'), ${canonicalCategorySql(sql)}, ${sql})`,
      clean: `ifNull(length(${sql}) <= ${MAX_TEXT}, 1)`,
    }
  if (kind === 'integer') return { value: `toString(${sql})`, clean: '1' }
  if (kind === 'boolean') return { value: `toString(toUInt8(${sql}))`, clean: '1' }
  if (kind === 'float')
    return {
      value: `toString(accurateCastOrNull(${sql}, 'Int64'))`,
      clean: `ifNull(NOT isFinite(${sql}) OR (trunc(${sql}) = ${sql} AND abs(${sql}) <= ${MAX_SAFE}), 1)`,
    }
  return { value: 'CAST(NULL AS Nullable(String))', clean: isAbsent(cell) }
}

/** As `parseText` reads it; null is no text. */
export function textReading(cell: Cell): Reading {
  const { kind, sql } = cell
  if (kind === 'text') return { value: sql, clean: `ifNull(length(${sql}) BETWEEN 1 AND ${MAX_TEXT}, 0)` }
  if (kind === 'integer') return { value: `toString(${sql})`, clean: `isNotNull(${sql})` }
  return { value: 'CAST(NULL AS Nullable(String))', clean: '0' }
}

/** As `parseProbability` reads it. */
export function probabilityReading(cell: Cell): Reading {
  const { value } = numberReading(cell)
  if (cell.kind !== 'float' && cell.kind !== 'integer' && cell.kind !== 'decimal')
    return { value: 'CAST(NULL AS Nullable(Float64))', clean: isAbsent(cell) }
  return {
    // Not by `least` and `greatest`, which pass over a null.
    value: `multiIf(${value} < 0, 0., ${value} > 1, 1., ${value})`,
    clean: `ifNull(${value} BETWEEN -${BEYOND} AND 1 + ${BEYOND}, 1)`,
  }
}

const COMMON_TIME =
  '^\\\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\\\d|3[01])T(?:[01]\\\\d|2[0-3]):[0-5]\\\\d:[0-5]\\\\d(?:\\\\.\\\\d{1,9})?(?:Z|[+]00:00)$'

/** Milliseconds since 1970, null where the decoder has to look; clean up to an hour after `now`. */
export function timeReading({ kind, sql }: Cell, now: Date): Reading {
  const value = TIMES[kind]?.(sql) ?? 'CAST(NULL AS Nullable(Int64))'
  const latest = Math.min(LATEST, now.getTime() + MAX_AHEAD_MS)
  return { value, clean: `ifNull(${value} BETWEEN ${EARLIEST} AND ${latest}, 0)` }
}

/** Numbers that may be dates, or are small, are left to the decoder. */
const TIMES: Partial<Record<Cell['kind'], (sql: string) => string>> = {
  time: (sql) => sql,
  integer: (sql) => `multiIf(
    ${sql} BETWEEN 1000000000 AND 99999999999, toInt64(${sql}) * 1000,
    ${sql} BETWEEN 1000000000000 AND 99999999999999, toInt64(${sql}),
    ${sql} BETWEEN 100000000000000 AND 99999999999999999, intDiv(toInt64(${sql}), 1000),
    ${sql} BETWEEN 100000000000000000 AND 5000000000000000000, intDiv(toInt64(${sql}), 1000000), NULL)`,
  // Whole microseconds, then down, as the decoder does.
  float: (sql) =>
    `if(${sql} >= 1e9 AND ${sql} < 1e11, accurateCastOrNull(floor(floor(${sql} * 1e6 + 0.5) / 1e3), 'Int64'), NULL)`,
  text: (sql) => {
    const time = `parseDateTime64BestEffortOrNull(${sql}, 3, 'UTC')`
    // The engine takes the 31st of a month of 30 days for the 1st of the next.
    const isDay = `toDayOfMonth(${time}) = toUInt8OrZero(substring(${sql}, 9, 2))`
    return `if(match(${sql}, '${COMMON_TIME}') AND ${isDay}, toUnixTimestamp64Milli(${time}), NULL)`
  },
}
