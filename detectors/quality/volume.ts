import { formatInstant } from '../../domain/instant.ts'
import { median } from 'simple-statistics'
import type { Severity } from '../../domain/severity.ts'
import { fromWall, toWall } from '../../domain/calendar/local-time.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { normalSf } from '../statistics/tails.ts'
import { percent, count, figure } from '../verdict/phrases.ts'
import type { QualityFinding } from '../../domain/data-finding.ts'

/** The weeks that are looked back at, and how many of them must have been recorded. */
export const WEEKS = 4
const MIN_WEEKS = 2
/** The stretch within which a loss of traffic must show, hours; a surge is only looked for in the whole window. */
const SHORT_HOURS = 3
/** What came as a multiple of what was due: a loss, and the other way round a surge. */
const RATIOS = { warning: 1 / 2, critical: 1 / 10 }
/** How many standard errors a ratio may lie beyond its threshold: whoever is at it would be found half of the time. */
const STANDARD_ERRORS = 3
/** Of a normal distribution the standard deviation is so many times the median of absolute deviations. */
const MAD_TO_DEVIATION = 1.4826
/** A surge is no burst where at least half of its stretches have so many times what was due. */
const SURGE_THROUGHOUT = 1.8
/** Of the median of four counts, as a part of the variance of one. */
const DUE_VARIANCE = 0.4
/** Traffic never repeats itself more closely from week to week. */
const LEAST_SPREAD = 0.02
/** A day that is low from its first hour on is a quiet one, such as a holiday, down to so much of the usual quiet day. */
const QUIET_DAY = 0.7
/** Before the stretch that is judged, the day must have been as low as this part of what was due to be a quiet one. */
const LOW_BEFORE = 0.75

export interface VolumeInput {
  /** Distinct predictions by the beginning of their hour, epoch milliseconds; hours without any may be absent. */
  rows: ReadonlyMap<number, number>
  /** The beginning of the first hour that has been recorded at all. */
  first: number | undefined
  /** End of the window, and how long it is. */
  end: number
  windowMs: number
  /** How long the monitor waits between windows: all shorter stretches that ended since the last one are judged. */
  everyMs: number
  timezone: string
}

export interface VolumeRule {
  alpha: number
}

export type VolumeOutcome =
  | { status: 'judged'; finding: QualityFinding<'volume'> | undefined; due: number; came: number }
  /** Fewer than two weeks have been recorded. */
  | { status: 'too_early' }

/** The tests of volume in one run, and that of late labels. */
export function trafficTests(everyMs: number): number {
  return Math.max(1, Math.round(everyMs / HOUR_MS)) + 3
}

/**
 * Whether as many predictions came as in the same hours of the last four weeks. Pure.
 *
 * The logarithm of what came over the median of those weeks is compared with its own spread in the past: that between
 * weeks (by the median of absolute deviations, which bursts and holidays do not widen), and that of counts besides. A
 * loss is looked for in stretches of three hours and in the whole window, a surge in the whole window alone, so that
 * a burst is none. A day that has been low from its beginning, as another day of the last four weeks was, is quiet, not
 * broken.
 */
export function judgeVolume(input: VolumeInput, rule: VolumeRule): VolumeOutcome {
  const { end, windowMs, everyMs } = input
  const series = seriesOf(input)
  const whole = compare(series, end, windowMs, 'surge')
  if (whole === undefined) return { status: 'too_early' }
  const short = Math.min(SHORT_HOURS * HOUR_MS, windowMs)
  const ends: number[] = []
  for (let at = end; at > end - Math.max(everyMs, HOUR_MS) && at > end - windowMs; at -= HOUR_MS)
    ends.push(at)
  const losses = [
    ...(short === windowMs ? [] : ends.map((at) => ({ at, length: short }))),
    { at: end, length: windowMs },
  ].flatMap(({ at, length }) => {
    const found = compare(series, at, length, 'loss')
    const severity = found && severityOf(found.due / Math.max(found.came, 0.5), found, rule)
    return found && severity && !isQuietDay(input, series, at, length) ? [{ ...found, severity }] : []
  })
  const surge = isBurst(series, whole) ? undefined : severityOf(whole.came / whole.due, whole, rule)
  const surges = surge === undefined ? [] : [{ ...whole, severity: surge }]
  const found = [...losses, ...surges]
  const worst = found.find(({ severity }) => severity === 'critical') ?? found.at(0)
  return {
    status: 'judged',
    due: whole.due,
    came: whole.came,
    finding: worst && {
      finding: 'volume',
      severity: worst.severity,
      share: worst.came / worst.due,
      expected: 1,
      explanation: sentence(worst),
    },
  }
}

interface Series {
  /** Of any stretch that ends on an hour; undefined where it began before anything was recorded. */
  rows: (end: number, length: number) => number | undefined
  /** Of one that begins at the same time of day so many days before, by the clocks of the zone. */
  rowsBefore: (end: number, length: number, days: number) => number | undefined
}

function seriesOf({ rows, first, end, timezone }: VolumeInput): Series {
  const from = first ?? Infinity
  const sums = new Map<number, number>()
  let sum = 0
  for (let hour = from; hour <= end && from !== Infinity; hour += HOUR_MS) {
    sums.set(hour, sum)
    sum += rows.get(hour) ?? 0
  }
  const stretch: Series['rows'] = (at, length) => {
    const [before, after] = [sums.get(at - length), sums.get(at)]
    return before === undefined || after === undefined ? undefined : after - before
  }
  return {
    rows: stretch,
    rowsBefore(at, length, days) {
      const from = fromWall(toWall(at - length, timezone) - days * DAY_MS, timezone)
      return stretch(from + length, length)
    },
  }
}

type Change = 'loss' | 'surge'

interface Compared {
  end: number
  length: number
  came: number
  /** The median of the same hours of the last weeks. */
  due: number
  /** Standard deviation of the logarithm of what came over what was due. */
  spread: number
}

function compare(series: Series, end: number, length: number, change: Change): Compared | undefined {
  const came = series.rows(end, length)
  const due = dueAt(series, end, length, change)
  if (came === undefined || due === undefined || due === 0) return undefined
  const between = spreadBetweenWeeks(series, end, length)
  const variance = between ** 2 + countVariance(came, due) + DUE_VARIANCE / due
  return { end, length, came, due, spread: Math.sqrt(variance) }
}

/**
 * The variance of the logarithm that gives Poisson's law the z of its signed likelihood root: the usual `1 / due` makes a
 * quiet night of few rows far too improbable.
 */
function countVariance(came: number, due: number): number {
  const distance = Math.log(Math.max(came, 0.5) / due)
  const root = 2 * ((came === 0 ? 0 : came * Math.log(came / due)) - came + due)
  return distance === 0 || root <= 0 ? 1 / due : distance ** 2 / root
}

/** The middle of the last weeks: of two in the middle the one that speaks less for a change, since bursts repeat themselves. */
function dueAt(series: Series, end: number, length: number, change: Change): number | undefined {
  const weeks = Array.from({ length: WEEKS }, (_, week) => series.rowsBefore(end, length, 7 * (week + 1)))
  const recorded = weeks.filter((rows) => rows !== undefined).sort((a, b) => a - b)
  const middle = (recorded.length - 1) / 2
  return recorded.length < MIN_WEEKS
    ? undefined
    : recorded[change === 'loss' ? Math.floor(middle) : Math.ceil(middle)]
}

/** How much stretches of the past differ from the same hours of other weeks, beyond what counts differ by chance. */
function spreadBetweenWeeks(series: Series, end: number, length: number): number {
  const deviations: number[] = []
  for (let at = end - length; at > end - 7 * WEEKS * DAY_MS; at -= length) {
    const came = series.rows(at, length)
    const others = Array.from({ length: WEEKS - 1 }, (_, week) =>
      series.rowsBefore(at, length, 7 * (week + 1)),
    ).filter((rows) => rows !== undefined)
    if (came === undefined || others.length === 0) continue
    const usual = median(others)
    if (usual > 0) deviations.push(Math.abs(Math.log(Math.max(came, 0.5) / usual)))
  }
  return Math.max(LEAST_SPREAD, deviations.length === 0 ? 0 : MAD_TO_DEVIATION * median(deviations))
}

/** Whether most of a window was as usual, so that a part of it made up for what there was too much. */
function isBurst(series: Series, { end, length }: Compared): boolean {
  const stretch = Math.min(SHORT_HOURS * HOUR_MS, length)
  const factors = Array.from({ length: Math.floor(length / stretch) }, (_, i) => {
    const found = compare(series, end - i * stretch, stretch, 'surge')
    return found === undefined ? [] : [found.came / found.due]
  }).flat()
  return factors.length === 0 || median(factors) < SURGE_THROUGHOUT
}

/** @param factor how many times too few, or too many */
function severityOf(factor: number, { spread }: Compared, { alpha }: VolumeRule): Severity | undefined {
  if (!(factor > 1)) return undefined
  const distance = Math.log(factor)
  if (normalSf(distance / spread) >= alpha) return undefined
  if (distance >= -Math.log(RATIOS.critical)) return 'critical'
  return distance + STANDARD_ERRORS * spread >= -Math.log(RATIOS.warning) ? 'warning' : undefined
}

/** Whether the day of a stretch has been low since it began, and no lower than the quietest one of the last weeks. */
function isQuietDay(input: VolumeInput, series: Series, end: number, length: number): boolean {
  const { timezone } = input
  const wall = toWall(end - 1, timezone)
  const since = end - 1 - (((wall % DAY_MS) + DAY_MS) % DAY_MS)
  const midnight = Math.ceil(since / HOUR_MS) * HOUR_MS
  const from = end - length
  // What began in the evening is no matter of the new day.
  if (from < midnight && length <= SHORT_HOURS * HOUR_MS)
    return isQuietDay(input, series, midnight, midnight - from)
  const soFar = end - midnight
  const [came, due] = [series.rows(end, soFar), dueAt(series, end, soFar, 'loss')]
  if (came === undefined || due === undefined) return false
  if (from > midnight) {
    const before = from - midnight
    const [cameBefore, dueBefore] = [series.rows(from, before), dueAt(series, from, before, 'loss')]
    if (cameBefore === undefined || dueBefore === undefined || cameBefore > LOW_BEFORE * dueBefore)
      return false
  }
  const days = Array.from({ length: WEEKS * 7 }, (_, day) => series.rowsBefore(end, soFar, day + 1))
  const quietest = Math.min(...days.flatMap((rows) => rows ?? []))
  return came >= QUIET_DAY * quietest && came > 0
}

function sentence({ end, length, came, due }: Compared): string {
  const hours = Math.round(length / HOUR_MS)
  const stretch = `the ${hours} hours to ${formatInstant(end)}`
  const usual = `${count(Math.round(due))} in the same hours of the last weeks`
  const change =
    came < due
      ? `${percent(1 - came / due)} fewer than usual`
      : `${figure(came / due)} times as many as usual`
  return `${count(came)} predictions arrived in ${stretch}, ${change} (${usual}).`
}
