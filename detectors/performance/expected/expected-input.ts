import type { Task } from '../../../control/declared/model.ts'
import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'

/** What the expected performance is judged by, as it is stored with the result. Missing values are in no bin. */
export type ExpectedInput =
  | (Of<'binary'> & { rates: HitRates; baseline: ScoreBins; window: ScoreBins })
  | (Of<'multiclass'> & { rates: HitRates & { groups: readonly Group[] }; baseline: Bins; window: Bins })
  | (Of<'regression'> & { rates: ErrorSums; baseline: Bins; window: Bins })

interface Of<T extends Task> {
  task: T
  metric: DecidingMetric
}

/** Labelled rows of the baseline by bins of the score, and those of them with the class that the score is of. */
export interface HitRates {
  rows: readonly number[]
  hits: readonly number[]
}

/**
 * Labelled rows of the baseline by ranges of the prediction, sums of their errors, and of the squares of these. `bins`
 * are finer: each tells its range, or null where it lies beyond the labelled rows.
 */
export interface ErrorSums {
  bins: readonly (number | null)[]
  rows: readonly number[]
  sums: readonly number[]
  squares: readonly number[]
}

/** The bins of one class, from the first to before `to`. */
export interface Group {
  from: number
  to: number
}

/** Predictions by bins. */
export interface Bins {
  rows: readonly number[]
  /** Predictions that are in no bin although they were made: of a class that the baseline does not score. */
  unbinned?: number
}

export interface ScoreBins extends Bins {
  /** Sums of the scores by bins. */
  scores: readonly number[]
  /** Mean variance of the scores within bins. */
  within: number
  /** Share of the predictions whose class is the positive one; absent where classes are not sent. */
  positiveShare?: number
}
