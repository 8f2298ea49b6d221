import { parseTime } from '../../ingest/parse-time.ts'

const DAY_MS = 86_400_000
const QUARTER_MS = 900_000

/** Makes a time that names no zone one of this zone; all else stays as it is. Throws a RangeError for no IANA name. */
export function zonedTimes(zone: string): (value: unknown) => unknown {
  const localOffset = offsets(zone)
  return (value) => {
    if (typeof value !== 'string' || 'at' in parseTime(value)) return value
    const time = parseTime(value, { localOffset })
    return 'at' in time ? new Date(time.at).toISOString() : value
  }
}

/**
 * How far the clocks of a zone are ahead of UTC, by what they show. Of an hour that they show twice the first counts; one
 * that they skip is as if they had not been changed yet.
 */
function offsets(zone: string): (wallClock: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const known = new Map<number, number>()
  const offsetAt = (time: number): number => {
    // Clocks change at quarters of an hour.
    const quarter = Math.floor(time / QUARTER_MS) * QUARTER_MS
    const found = known.get(quarter)
    if (found !== undefined) return found
    const parts = new Map(format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]))
    const [year, month, day, hour, minute, second] = (
      ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
    ).map((part) => parts.get(part)!)
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter
    known.set(quarter, offset)
    return offset
  }
  return (wallClock) => {
    const [before, after] = [offsetAt(wallClock - DAY_MS), offsetAt(wallClock + DAY_MS)]
    const isFirst = offsetAt(wallClock - before) === before
    return isFirst || offsetAt(wallClock - after) !== after ? before : after
  }
}
