import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import type { HourSums } from './experiment.ts'
import { RunningClusters } from './running-clusters.ts'
import { RunningSide } from './running-side.ts'

/** What is known of the difference so far, before any rule. */
export interface Difference {
  /** Hours with rows. */
  hours: number
  rows: number
  leastRows: number
  /** Hours of even traffic, on the side that has fewer: few large hours tell as little as few hours. */
  evenHours: number
  /** Whether there are enough days for their spread to count. */
  isByDay: boolean
  difference: number
  /** Standard error of the difference; 0 where nothing varied. */
  standardError: number
}

/** Below this part of the values' size, a standard deviation is rounding. */
const ROUNDING = 1e-10
/** With fewer days, their spread says too little. */
export const LEAST_DAYS = 7

/**
 * The mean loss of the challenger minus that of the champion, over hours in order of time. Pairs are a challenger alone,
 * whose losses are the differences.
 */
export class RunningDifference {
  readonly #isPaired: boolean
  readonly #challenger = new RunningSide()
  readonly #champion = new RunningSide()
  readonly #byHour = new RunningClusters(HOUR_MS)
  readonly #byDay = new RunningClusters(DAY_MS)
  #hours = 0
  #first: number | undefined

  constructor(design: 'paired' | 'split') {
    this.#isPaired = design === 'paired'
  }

  /** @returns the difference after one more hour, in which all sides have rows */
  add(hour: number, challenger: HourSums, champion: HourSums | undefined): Difference {
    const [a, b] = [this.#challenger, this.#champion]
    const since = hour - (this.#first ??= hour)
    const sumA = a.add(challenger)
    const sumB = champion === undefined ? 0 : b.add(champion)
    const sums = [sumA, challenger.n, sumB, champion?.n ?? 0] as const
    this.#byHour.add(since, sums)
    this.#byDay.add(since, sums)
    this.#hours++
    const rows = [a.n, b.n] as const
    const isByDay = this.#byDay.evenCount(rows) >= LEAST_DAYS
    return {
      hours: this.#hours,
      rows: a.n + b.n,
      leastRows: this.#isPaired ? a.n : Math.min(a.n, b.n),
      evenHours: this.#byHour.evenCount(rows),
      isByDay,
      difference: this.#isPaired ? a.mean : a.mean - b.mean,
      standardError: this.#standardError(isByDay),
    }
  }

  /**
   * Of the variances by rows, by hours and by days the largest: rows of an hour often move together, and those of a day,
   * while hours and days alone are few at the beginning.
   */
  #standardError(isByDay: boolean): number {
    const [a, b] = [this.#challenger, this.#champion]
    const variance = Math.max(
      a.rowVariance + b.rowVariance,
      this.#variance(this.#byHour),
      isByDay ? this.#variance(this.#byDay) : 0,
    )
    const size = Math.max(Math.abs(a.mean), Math.abs(b.mean))
    return Math.sqrt(variance * (a.n + b.n)) <= ROUNDING * size ? 0 : Math.sqrt(variance)
  }

  /**
   * Of the difference, where clusters are independent but not the rows within one. What an hour does to both sides cancels.
   */
  #variance(clusters: RunningClusters): number {
    const [a, b] = [this.#challenger, this.#champion]
    const count = clusters.evenCount([a.n, b.n])
    if (count <= 1) return 0
    const ofSide = ({ n, offset }: RunningSide) => (n === 0 ? [0, 0] : [1 / n, -offset / n])
    const weights = [...ofSide(a), ...ofSide(b).map((weight) => -weight)]
    return (clusters.squaresOf(weights) * count) / (count - 1)
  }
}
