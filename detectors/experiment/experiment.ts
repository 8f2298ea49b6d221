import type { ExperimentMetric, ExperimentState } from '../../domain/experiment.ts'

/** What one hour of predictions adds to an experiment, once its labels are mature. */
export interface HourSums {
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  n: number
  sum: number
  /** Sum of squares about the mean of the hour itself, Σ (x − sum / n)²: about 0, large losses would cancel. */
  squares: number
}

/** Hours in any order, each at most once on a side; hours without rows may be absent. */
export type ExperimentHours =
  /** Both versions scored the same predictions: of each, the loss of the challenger minus that of the champion. */
  | { design: 'paired'; differences: readonly HourSums[] }
  /** Each prediction was scored by one version: the losses of each. Only hours with rows of both count. */
  | { design: 'split'; champion: readonly HourSums[]; challenger: readonly HourSums[] }

/** How an experiment is decided. It is declared before the first look and does not change. */
export interface ExperimentRule {
  metric: ExperimentMetric
  /** The probability of a wrong winner that is accepted over the whole experiment, in (0, 1). */
  alpha: number
  /** Differences within ± this do not matter, in units of the loss; without one, `equivalent` is never reached. */
  margin?: number | undefined
  /** Rows on each side before the first look: pairs, where both versions score the same predictions. */
  minRows: number
  /** Hours of even traffic before the first look, at least 2: from one, no spread between hours can be estimated. */
  minHours: number
  /** Hours from here on do not count, epoch milliseconds; without one, the experiment goes on until it is decided. */
  end?: number | undefined
  /** Rows at which the interval is to be narrowest; by default a week's, from the traffic before the first look. */
  planRows?: number | undefined
}

/** What is known after an hour. */
export interface SequencePoint {
  /** Beginning of the hour, epoch milliseconds. */
  hour: number
  /** Hours with rows so far. */
  hours: number
  /** Rows so far: pairs, or the rows of both sides. */
  rows: number
  /** Rows of the side that has fewer: all of them, where they are pairs. */
  leastRows: number
  /** Hours of even traffic, on the side that has fewer: few large hours tell as little as few hours. */
  evenHours: number
  /** Whether enough days have passed for the spread between them to count. */
  isByDay: boolean
  /** Mean loss of the challenger minus that of the champion: above 0, the champion is better. */
  difference: number
  /** The confidence sequence; null before the first look, or where nothing varied. */
  lower: number | null
  upper: number | null
  /** Once it is decided, it stays. */
  state: ExperimentState
}

export interface ExperimentDecision {
  state: ExperimentState
  /** One or two sentences with the numbers. */
  reason: string
  /** The point that decided, or the newest one; undefined without a row. */
  point: SequencePoint | undefined
}
