import { HOUR_MS, DAY_MS } from '../time.ts'
import { fromWall, toWall } from './local-time.ts'

/** 5 January 1970 was a Monday. */
const FIRST_MONDAY = 4

/** A length of time: milliseconds, of which whole days are days of a calendar, or a month of it. */
export type CalendarLength = number | 'month'

/** The periods of a calendar, one after the other without a gap. */
export interface Periods {
  /** The number of the period that holds a time. */
  indexAt(time: number): number
  /** Where a period begins, a whole hour of UTC. */
  startOf(index: number): number
}

/**
 * Periods of one length: months; days, of which whole weeks begin on Mondays and others are counted from 1 January
 * 1970, at midnight in the zone; or hours, counted from 1970 in UTC.
 */
export function periodsOf(length: CalendarLength, zone: string): Periods {
  if (length !== 'month' && length % DAY_MS !== 0)
    return { indexAt: (time) => Math.floor(time / length), startOf: (index) => index * length }
  const unit = length === 'month' ? MONTHS : daysOf(length / DAY_MS)
  const startOf = (index: number) => fromWall(unit.wallOf(index), zone)
  return {
    startOf,
    indexAt(time) {
      let index = unit.indexOfWall(toWall(time, zone))
      // Where midnight is not a whole hour of UTC, or clocks change at midnight, a boundary lies beside it.
      while (startOf(index + 1) <= time) index++
      while (startOf(index) > time) index--
      return index
    },
  }
}

const MONTHS = {
  indexOfWall(wall: number) {
    const date = new Date(wall)
    return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
  },
  wallOf: (index: number) => Date.UTC(1970, index, 1),
}

function daysOf(days: number) {
  const first = days % 7 === 0 ? FIRST_MONDAY : 0
  return {
    indexOfWall: (wall: number) => Math.floor((Math.floor(wall / DAY_MS) - first) / days),
    wallOf: (index: number) => (index * days + first) * DAY_MS,
  }
}

/** The time so long before another: whole days and months back on the calendar, at the same time of day. */
export function back(length: CalendarLength, time: number, zone: string): number {
  if (length !== 'month' && length % DAY_MS !== 0) return time - length
  const start =
    startBefore(periodsOf(length, zone), 1, time) ??
    (length === 'month' ? undefined : startBefore(periodsOf(DAY_MS, zone), length / DAY_MS, time))
  if (start !== undefined) return start
  const wall = toWall(time, zone)
  return Math.min(fromWall(length === 'month' ? monthBefore(wall) : wall - length, zone), time - HOUR_MS)
}

/** Where the period begins that is so many before a time at which one begins; undefined where none begins. */
function startBefore(periods: Periods, count: number, time: number): number | undefined {
  const index = periods.indexAt(time)
  if (periods.startOf(index) !== time) return undefined
  let start = periods.startOf(index - count)
  // A zone that moved across the date line has left out a day.
  for (let more = count + 1; start >= time; more++) start = periods.startOf(index - more)
  return start
}

/** The same day of the month before, or its last. */
function monthBefore(wall: number): number {
  const date = new Date(wall)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const lastOfMonthBefore = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), lastOfMonthBefore)
  return Date.UTC(year, month - 1, day) + (wall % DAY_MS)
}
