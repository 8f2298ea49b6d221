import { HOUR_MS } from '../../domain/time.ts'
import type { LossSums } from '../../store/labelled/loss-sums.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { meanVariance } from './interval.ts'

/** The metrics that are a mean of errors of rows. */
export type ErrorMetric = DecidingMetric

/** The labelled rows of one hour. */
export interface LossHour {
  /** Its beginning, epoch milliseconds. */
  time: number
  losses: LossSums
}

export interface ErrorHour {
  time: number
  /** At least 1. */
  rows: number
  /** Sum of the errors. */
  sum: number
  /** Mean error, less by how much its time of day is usually off. */
  error: number
}

interface Errors {
  rows: number
  sum: number
  squares: number
}

/** The errors that a metric is made of; of accuracy a wrong class is 1. */
function errorsOf(metric: ErrorMetric, losses: LossSums): Errors {
  const { scored, judged, hits, loss, lossSquares, brier, brierSquares, absolute } = losses
  switch (metric) {
    case 'accuracy':
      return { rows: judged, sum: judged - hits, squares: judged - hits }
    case 'brier':
      return { rows: scored, sum: brier, squares: brierSquares }
    case 'mae':
      return { rows: scored, sum: absolute, squares: loss }
    default:
      return { rows: scored, sum: loss, squares: lossSquares }
  }
}

/** The metric where errors are so large on average. */
export function metricOf(metric: ErrorMetric, error: number): number {
  return metric === 'rmse' ? Math.sqrt(error) : metric === 'accuracy' ? 1 - error : error
}

/** Mean and standard deviation of the error of a single row; undefined where there are less than two, or too large ones. */
export function usualError(
  metric: ErrorMetric,
  losses: LossSums,
): { mean: number; deviation: number } | undefined {
  const { rows, sum, squares } = errorsOf(metric, losses)
  const deviation = Math.sqrt(meanVariance(rows, sum, squares) * rows)
  return rows < 2 || !Number.isFinite(deviation) ? undefined : { mean: sum / rows, deviation }
}

/** The hours that have such errors, none too large to be added up, each as it stands to the others at its time of day (UTC). */
export function errorHours(metric: ErrorMetric, hours: readonly LossHour[]): ErrorHour[] {
  const found = hours
    .map(({ time, losses }) => ({ time, ...errorsOf(metric, losses) }))
    .filter(({ rows, sum }) => rows > 0 && Number.isFinite(sum))
  const all = meanError(found)
  const usual = Array.from({ length: 24 }, (_, hour) =>
    meanError(found.filter(({ time }) => hourOfDay(time) === hour)),
  )
  return found.map(({ time, rows, sum }) => ({
    time,
    rows,
    sum,
    error: sum / rows - (usual[hourOfDay(time)] - all),
  }))
}

/** NaN of no rows. */
export function meanError(hours: readonly Pick<Errors, 'rows' | 'sum'>[]): number {
  const total = (of: 'rows' | 'sum') => hours.reduce((sum, hour) => sum + hour[of], 0)
  return total('sum') / total('rows')
}

const hourOfDay = (time: number) => Math.floor(time / HOUR_MS) % 24
