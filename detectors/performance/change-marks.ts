import type { LossSums } from '../../store/labelled/loss-sums.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { adwin } from './change-points/adwin.ts'
import { findChanges, type ChangePoint } from './change-points/detector.ts'
import { pageHinkley } from './change-points/page-hinkley.ts'
import { daySpread } from './day-spread.ts'
import {
  errorHours,
  meanError,
  metricOf,
  usualError,
  type ErrorHour,
  type ErrorMetric,
  type LossHour,
} from './error-hours.ts'

/** Where the errors of a model began to be others. */
export interface ChangeMark {
  /** The beginning of the first hour after the change, epoch milliseconds. */
  time: number
  /** The beginning of the hour whose rows told it. */
  found: number
  detector: 'page_hinkley' | 'adwin'
  direction: 'worse' | 'better'
  metric: ErrorMetric
  /** The metric since the change before, and from this one to the next. */
  before: number
  after: number
}

/**
 * Simulated over skewed log losses with a daily cycle, where nothing changes: a false mark in about 4 years at 2 rows an
 * hour (52 in 200 years), 10 at 10 rows (21 in 200), 17 at 50 (6 in 100); test/change-marks.test.ts repeats a part of it.
 * A loss of 15% is found after 18 hours at 100 rows an hour, after four days at 10.
 */
const PAGE_HINKLEY = { delta: 0.25, threshold: 18, minValues: 48, memory: 1 }
/** Checked once a day. In the same simulations no false mark in 280 years: its bound holds whatever the distribution. */
const ADWIN = { delta: 0.002, clock: 24 }

/** An hour that is so far off counts as this, in standard errors: means of few rows have heavy tails. */
const FURTHEST = 4
/** The share of the baseline's error by which hours may differ for no reason: the unit of hours with many rows. */
const TOLERATED = 0.05

/**
 * Where performance changed, by Page–Hinkley on the metric that decides and ADWIN on the error rate (of a regression on
 * the absolute error, 1 standing for the baseline's mean and three deviations).
 *
 * An hour's error is taken as it stands to the others at its time of day, so that a daily cycle is no change. For
 * Page–Hinkley it becomes `(mean - baseline mean) / sqrt(sd²/n + (0.05 baseline mean)²)`, with the deviation sd of
 * a single row of the baseline and the hour's n rows: a thin hour says little, and no hour more than that it is off by
 * so many times what does not matter. All are then divided by how much more days vary than that.
 * @param hours ascending, with mature labels; hours without rows may be left out
 */
export function changeMarks(
  primary: DecidingMetric,
  baseline: LossSums,
  hours: readonly LossHour[],
): ChangeMark[] {
  return [...byPageHinkley(primary, baseline, hours), ...byAdwin(primary, baseline, hours)].sort(
    (a, b) => a.time - b.time,
  )
}

function byPageHinkley(metric: DecidingMetric, baseline: LossSums, hours: readonly LossHour[]): ChangeMark[] {
  const usual = usualError(metric, baseline)
  const found = errorHours(metric, hours)
  if (usual === undefined || found.length === 0) return []
  const hourly = found.map(({ time, rows, error }) => {
    const unit = Math.sqrt(usual.deviation ** 2 / rows + (TOLERATED * usual.mean) ** 2)
    const off = error - usual.mean
    return { time, value: off === 0 ? 0 : Math.max(-FURTHEST, Math.min(FURTHEST, off / unit)) }
  })
  const spread = daySpread(hourly)
  const series = hourly.map(({ value }) => value / spread)
  return marksOf('page_hinkley', metric, found, findChanges(pageHinkley(PAGE_HINKLEY), series).changes)
}

function byAdwin(primary: DecidingMetric, baseline: LossSums, hours: readonly LossHour[]): ChangeMark[] {
  const metric = primary === 'rmse' || primary === 'mae' ? 'mae' : 'accuracy'
  const usual = usualError(metric, baseline)
  const found = errorHours(metric, hours)
  if (usual === undefined || found.length === 0) return []
  const whole = metric === 'accuracy' ? 1 : usual.mean + 3 * usual.deviation
  const series = found.map(({ error }) => (whole > 0 ? Math.max(0, Math.min(1, error / whole)) : 0))
  return marksOf('adwin', metric, found, findChanges(adwin(ADWIN), series).changes)
}

function marksOf(
  detector: ChangeMark['detector'],
  metric: ErrorMetric,
  hours: readonly ErrorHour[],
  changes: readonly ChangePoint[],
): ChangeMark[] {
  return changes.map(({ index, since }, i) => {
    const from = changes[i - 1]?.since ?? 0
    const to = changes[i + 1]?.since ?? hours.length
    const [before, after] = [hours.slice(from, since), hours.slice(since, to)].map(meanError)
    return {
      time: hours[since].time,
      found: hours[index].time,
      detector,
      direction: after > before ? 'worse' : 'better',
      metric,
      before: metricOf(metric, before),
      after: metricOf(metric, after),
    }
  })
}
