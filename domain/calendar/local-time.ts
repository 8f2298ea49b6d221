import { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS } from '../time.ts'

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

/** Offsets by zone and time, at the starts of stretches: two that are equal hold in between. */
const known = new Map<string, Map<number, number>>()
/** A day in UTC and, on a day of a change, a quarter of an hour. */
const STRETCHES = [DAY_MS, 15 * MINUTE_MS]

/** How far clocks of the zone are ahead of UTC, milliseconds. */
export function offsetAt(time: number, zone: string): number {
  if (zone === 'UTC') return 0
  for (const stretch of STRETCHES) {
    const start = Math.floor(time / stretch) * stretch
    const before = knownOffset(start, zone)
    if (before === knownOffset(start + stretch, zone)) return before
  }
  return observedOffset(time, zone)
}

function knownOffset(time: number, zone: string): number {
  const offsets = known.get(zone) ?? new Map<number, number>()
  known.set(zone, offsets)
  const offset = offsets.get(time) ?? observedOffset(time, zone)
  offsets.set(time, offset)
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
