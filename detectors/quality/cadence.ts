import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { periodsOf, type Periods } from '../../domain/calendar/calendar.ts'
import { toWall } from '../../domain/calendar/local-time.ts'
import type { Cadence } from '../../control/declared/monitor.ts'

/** A cadence is kept where so many of its periods hold data. */
const KEPT = 0.9

/** What is looked at for each cadence: so long before the newest data, of which there must be so many periods. */
const EVIDENCE: readonly { cadence: Cadence; lookback: number; least: number }[] = [
  { cadence: 'hourly', lookback: 2 * WEEK_MS, least: 24 },
  { cadence: 'daily', lookback: 8 * WEEK_MS, least: 8 },
  { cadence: 'weekdays', lookback: 8 * WEEK_MS, least: 6 },
  { cadence: 'weekly', lookback: 26 * WEEK_MS, least: 3 },
  { cadence: 'monthly', lookback: 56 * WEEK_MS, least: 2 },
]

/** How long before the newest data the inference looks back. */
export const CADENCE_LOOKBACK_MS = 56 * WEEK_MS

/**
 * The finest cadence that the data have kept: at least nine in ten of its periods, from the first looked at to the
 * newest, hold some. `unknown` where there is not enough to tell, `irregular` where no cadence was kept.
 * @param hours that hold data, ascending
 */
export function inferCadence(hours: readonly Date[], timezone: string): Cadence | 'unknown' | 'irregular' {
  if (hours.length === 0) return 'unknown'
  const times = hours.map((hour) => hour.getTime())
  const newest = times[times.length - 1]
  let isTold = false
  for (const { cadence, lookback, least } of EVIDENCE) {
    const from = Math.max(times[0], newest - lookback)
    const periods = cadencePeriods(cadence, timezone)
    const all = count(periods, from, newest, (index) => expects(cadence, periods, index, timezone))
    if (all < least) continue
    isTold = true
    const held = new Set(times.filter((time) => time >= from).map((time) => periods.indexAt(time)))
    const kept = [...held].filter((index) => expects(cadence, periods, index, timezone)).length
    if (kept >= KEPT * all) return cadence
  }
  return isTold && newest - times[0] >= 2 * MONTH_MS ? 'irregular' : 'unknown'
}

const MONTH_MS = 31 * DAY_MS

function count(periods: Periods, from: number, to: number, counts: (index: number) => boolean): number {
  let n = 0
  for (let index = periods.indexAt(from); index <= periods.indexAt(to); index++) if (counts(index)) n++
  return n
}

/**
 * The whole periods between the newest data and `end` in which some were to be expected: with one, data are overdue. Days,
 * weeks and months are those of the zone.
 */
export function overduePeriods(cadence: Cadence, newest: Date, end: Date, timezone: string): number {
  const periods = cadencePeriods(cadence, timezone)
  const last = periods.indexAt(end.getTime()) - 1
  let n = 0
  for (let index = periods.indexAt(newest.getTime()) + 1; index <= last; index++)
    if (expects(cadence, periods, index, timezone)) n++
  return n
}

/**
 * How long data have stayed away before, in whole periods in which some were to be expected: the second longest time, so
 * that one outage does not count as usual.
 * @param hours that hold data, ascending
 */
export function usualGap(cadence: Cadence, hours: readonly Date[], timezone: string): number {
  const gaps = hours.slice(1).map((hour, i) => overduePeriods(cadence, hours[i], hour, timezone))
  return gaps.sort((a, b) => b - a).at(1) ?? 0
}

function cadencePeriods(cadence: Cadence, timezone: string): Periods {
  const spans = {
    hourly: HOUR_MS,
    daily: DAY_MS,
    weekdays: DAY_MS,
    weekly: WEEK_MS,
    monthly: 'month',
  } as const
  return periodsOf(spans[cadence], timezone)
}

/** Whether data are to be expected in a period: on weekdays alone of the cadence that is called so. */
function expects(cadence: Cadence, periods: Periods, index: number, timezone: string): boolean {
  if (cadence !== 'weekdays') return true
  // Well within the day, wherever clocks change.
  const day = new Date(toWall(periods.startOf(index) + DAY_MS / 2, timezone)).getUTCDay()
  return day >= 1 && day <= 5
}
