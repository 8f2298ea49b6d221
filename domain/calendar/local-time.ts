import { SECOND_MS, HOUR_MS, DAY_MS } from '../time.ts'

/** A time zone by its IANA name, such as `Europe/Berlin`. */
export function isTimezone(name: string): boolean {
  try {
    // Offsets such as +02:00 are no zones: they know no summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

/**
 * What a clock on a wall of the zone shows, as the time at which a clock in UTC shows the same: days and months of the
 * zone are counted as those of UTC.
 */
export function toWall(time: number, zone: string): number {
  return time + offsetAt(time, zone)
}

/** The whole hour of UTC at or before {@link instantOf}. */
export function fromWall(wall: number, zone: string): number {
  return Math.floor(instantOf(wall, zone) / HOUR_MS) * HOUR_MS
}

/**
 * The time at which a clock of the zone shows `wall`: the first of two when clocks are put back, and where they skip it
 * so long after the skip as it lies in it.
 */
export function instantOf(wall: number, zone: string): number {
  // No offset is longer than a day, so these lie before and after any change that matters.
  const before = wall - offsetAt(wall - DAY_MS, zone)
  const after = wall - offsetAt(wall + DAY_MS, zone)
  const shown = [before, after].filter((time) => toWall(time, zone) === wall)
  return shown.length === 0 ? before : Math.min(...shown)
}

/** Offsets at the start of days in UTC, by zone: two that are equal hold in between. */
const known = new Map<string, Map<number, number>>()

/** How far clocks of the zone are ahead of UTC, milliseconds. */
export function offsetAt(time: number, zone: string): number {
  if (zone === 'UTC') return 0
  const day = Math.floor(time / DAY_MS)
  const before = offsetOfDay(day, zone)
  return before === offsetOfDay(day + 1, zone) ? before : observedOffset(time, zone)
}

function offsetOfDay(day: number, zone: string): number {
  const days = known.get(zone) ?? new Map<number, number>()
  known.set(zone, days)
  const offset = days.get(day) ?? observedOffset(day * DAY_MS, zone)
  days.set(day, offset)
  return offset
}

const formats = new Map<string, Intl.DateTimeFormat>()

function observedOffset(time: number, zone: string): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  formats.set(zone, format)
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(time)) shown[type] = Number(value)
  const { year, month, day, hour, minute, second } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / SECOND_MS) * SECOND_MS
}
