import { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS } from '../../domain/time.ts'

/** A time as it was read, or why there is none, as the end of a sentence about the value. */
export type ParsedTime = { at: number } | { problem: string }

export interface TimeOptions {
  /** The time zone of texts that name none; without it these are refused. */
  localOffset?: (wallClock: number) => number
  /** Whether a date alone is its beginning in UTC; else it is refused. */
  takesDates?: boolean
}

/** Hours outside 1970 to 2106 do not fit the engine's `DateTime`. */
export const EARLIEST = Date.UTC(1970, 0, 2)
export const LATEST = Date.UTC(2105, 11, 31)

const DATE = String.raw`(\d{4})(?:(-?)(\d\d)\2(\d\d)|(-?)W(\d\d)\5([1-7])|-?(\d{3}))`
const TIME = String.raw`(\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?:[.,](\d{1,12}))?`
const OFFSET = String.raw`([Zz]|[+\-−]\d\d(?::?\d\d(?::?\d\d)?)?)`
/** An offset may be followed by the zone's name, as in `+0000 UTC` and `+01:00[Europe/Paris]`: the offset counts. */
const ZONE = String.raw`(?:${OFFSET}(?:\s+[A-Za-z]{2,5}|\[[\w/+\-]{1,40}\])?|(UTC|GMT))`
const ISO = new RegExp(String.raw`^${DATE}(?:(?:[Tt]|\s+)${TIME})?(?:\s*${ZONE})?$`, 'i')
/** The spelling that nearly all times have, which is read fastest. */
const COMMON =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/
const NUMERAL = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i
const LONG_INTEGER = /^\d{16,30}$/
/** So few digits are no number since 1970, but may be an ordinal date in the basic format. */
const ORDINAL = /^\d{1,7}$/

export const TIME_HINT =
  'an ISO 8601 time with a zone, such as "2026-01-03T17:05:00Z", or seconds, milliseconds, microseconds or nanoseconds since 1970'
const NO_ZONE =
  'has no time zone: add "Z" for UTC or an offset such as "+02:00" (for a file, "driftgauge replay" has --timezone)'
const NO_TIME = 'is a date without a time of day: write the time with a zone, such as "2026-01-03T17:05:00Z"'
const NONE = `is not ${TIME_HINT}`

/** Milliseconds since 1970 of an ISO 8601 or RFC 3339 text, as databases and languages write them, or an epoch number. */
export function parseTime(value: unknown, options: TimeOptions = {}): ParsedTime {
  if (typeof value === 'string') return ofText(value.trim(), options)
  if (typeof value === 'number') return ofNumber(value)
  if (typeof value === 'bigint') return ofInteger(value)
  return { problem: NONE }
}

/** Nanoseconds since 1970 have more digits than a double. */
function ofInteger(value: bigint): ParsedTime {
  return value < BigInt(1e17) ? ofNumber(Number(value)) : within(Number(value / 1_000_000n))
}

function ofNumber(value: number): ParsedTime {
  if (!Number.isFinite(value)) return { problem: NONE }
  if (isDigitsOfDate(value))
    return {
      problem: `may be a date written as digits, or a number since 1970: write it as ${TIME_HINT.split(',', 1)[0]}`,
    }
  const size = Math.abs(value)
  // Whole microseconds, then down: 1767614400.123 times 1000 falls just short of a whole number.
  if (size < 1e11) return within(Math.floor(Math.round(value * 1e6) / 1e3))
  if (size < 1e14) return within(Math.floor(value))
  return within(Math.floor(Math.round(size < 1e17 ? value : value / 1e3) / 1e3))
}

/** `20261120`, `202611200015`: as seconds or milliseconds they would lie in the seventies. */
function isDigitsOfDate(value: number): boolean {
  const match = /^(19[7-9]\d|20\d\d|210[0-5])(\d\d)(\d\d)(?:(\d\d)(\d\d))?$/.exec(String(value))
  if (match === null) return false
  const [year, month, day, hour = 0, minute = 0] = match.slice(1).map((digits) => Number(digits || 0))
  return isDay(year, month, day) && hour < 24 && minute < 60
}

function ofText(text: string, { localOffset, takesDates = false }: TimeOptions): ParsedTime {
  // Date.parse moves the 30th of February into March.
  if (COMMON.test(text) && text.slice(8, 10) <= '28') return within(Date.parse(text))
  if (LONG_INTEGER.test(text)) return ofInteger(BigInt(text))
  if (NUMERAL.test(text) && !ORDINAL.test(text)) return ofNumber(Number(text))
  const match = ISO.exec(text)
  if (match === null) return { problem: NONE }
  const [year, , month, day, , week, weekday, ordinal, hour, minute, second, fraction, offset, utc] =
    match.slice(1)
  const date =
    month !== undefined
      ? calendarDay(Number(year), Number(month), Number(day))
      : week !== undefined
        ? weekDay(Number(year), Number(week), Number(weekday))
        : ordinalDay(Number(year), Number(ordinal))
  if (date === undefined) return { problem: 'names a day that does not exist' }
  const time = timeOfDay(hour, minute, second, fraction)
  if (time === undefined) return { problem: 'names a time of day that does not exist' }
  const wallClock = date + time
  if (offset !== undefined || utc !== undefined) {
    const ahead = utc !== undefined ? 0 : offsetOf(offset)
    return ahead === undefined
      ? { problem: `has the offset "${offset}", which does not exist` }
      : within(wallClock - ahead)
  }
  if (localOffset !== undefined) return within(wallClock - localOffset(wallClock))
  if (hour !== undefined) return { problem: NO_ZONE }
  return takesDates ? within(wallClock) : { problem: NO_TIME }
}

function within(at: number): ParsedTime {
  return at >= EARLIEST && at <= LATEST ? { at } : { problem: 'is outside the years 1970 to 2105' }
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function calendarDay(year: number, month: number, day: number): number | undefined {
  return isDay(year, month, day) ? Date.UTC(year, month - 1, day) : undefined
}

/** Week 1 holds the 4th of January. */
function weekDay(year: number, week: number, weekday: number): number | undefined {
  const fourth = Date.UTC(year, 0, 4)
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS
  const day = monday + ((week - 1) * 7 + weekday - 1) * DAY_MS
  // Its Thursday tells which year a week belongs to.
  const thursday = new Date(day + (4 - weekday) * DAY_MS)
  return week >= 1 && thursday.getUTCFullYear() === year ? day : undefined
}

function ordinalDay(year: number, ordinal: number): number | undefined {
  const day = Date.UTC(year, 0, ordinal)
  return ordinal >= 1 && new Date(day).getUTCFullYear() === year ? day : undefined
}

/** Milliseconds since midnight. A leap second is the next second; 24:00 the end of the day. */
function timeOfDay(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction = '',
): number | undefined {
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)]
  if (h > 24 || m > 59 || s > 60) return undefined
  const unit = second !== undefined ? SECOND_MS : minute !== undefined ? MINUTE_MS : HOUR_MS
  const part = unit === SECOND_MS ? Number(fraction.slice(0, 3).padEnd(3, '0')) : Math.floor(Number(`0.${fraction || 0}`) * unit) // prettier-ignore
  const time = h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS + (s === 60 ? 0 : part)
  return h === 24 && time > DAY_MS ? undefined : time
}

function offsetOf(text: string): number | undefined {
  if (/^z$/i.test(text)) return 0
  const digits = text.replace(/\D/g, '')
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)))
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  const size = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
  return text.startsWith('+') ? size : -size
}
