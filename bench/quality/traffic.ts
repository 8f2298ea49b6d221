import type { Random } from '../false-alarms/random.ts'

const DAY_HOURS = 24
/** How much of an hour's deviation from its rhythm the next one keeps. */
const KEPT = 0.7
/** A burst comes about so often, and lasts up to four hours. */
const BURST_EVERY_DAYS = 5
const WEEKEND = 0.5

export interface TrafficOptions {
  /** Rows of an hour on average over a working day. */
  perHour: number
  /** Standard deviation of the logarithm of an hour's rows around its rhythm; that of a whole day is half as large. */
  spread: number
  days: number
  /** The day, counted from 0, that has as few rows as a weekend. */
  holiday: number
}

/** Rows by hour, from a Monday on: with the rhythm of days and weeks, bursts, and one holiday. */
export function hourlyTraffic(
  random: Random,
  { perHour, spread, days, holiday }: TrafficOptions,
): Int32Array {
  const rows = new Int32Array(days * DAY_HOURS)
  let hourly = 0
  let daily = 0
  let burst = { until: 0, factor: 1 }
  for (let hour = 0; hour < rows.length; hour++) {
    const day = Math.floor(hour / DAY_HOURS)
    const ofDay = hour % DAY_HOURS
    if (ofDay === 0) daily = (spread / 2) * normal(random)
    hourly = KEPT * hourly + Math.sqrt(1 - KEPT ** 2) * spread * normal(random)
    if (random.next() < 1 / (BURST_EVERY_DAYS * DAY_HOURS))
      burst = { until: hour + 1 + Math.floor(4 * random.next()), factor: 2 + 2 * random.next() }
    const rhythm = 1 + 0.7 * Math.sin((2 * Math.PI * (ofDay - 9)) / DAY_HOURS)
    const quiet = day % 7 >= 5 || day === holiday ? WEEKEND : 1
    const mean = perHour * rhythm * quiet * Math.exp(hourly + daily) * (hour < burst.until ? burst.factor : 1)
    rows[hour] = poisson(random, mean)
  }
  return rows
}

/** Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next())
}

function poisson(random: Random, mean: number): number {
  // A binomial of so many trials is as good as Poisson's law here.
  const trials = Math.max(1000, Math.ceil(mean * 1000))
  return random.binomial(trials, mean / trials)
}
