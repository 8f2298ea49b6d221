import type { HourSums } from './experiment.ts'

/**
 * Sums of one side over its hours so far. They are taken about the mean of its first hour, so that the squares stay
 * small when losses are large numbers that hardly differ.
 */
export class RunningSide {
  n = 0
  #centre: number | undefined
  /** Σ (s − n c) over hours; c is the centre. */
  #shifted = 0
  /** Σ (s − n c)² / n: what the means of hours add to the squares of rows. */
  #between = 0
  #within = 0

  /** @returns the hour's sum about the centre */
  add({ n, sum, squares }: HourSums): number {
    const centre = (this.#centre ??= sum / n)
    const shifted = n * (sum / n - centre)
    this.n += n
    this.#shifted += shifted
    this.#between += (shifted * shifted) / n
    this.#within += squares
    return shifted
  }

  /** 0 without a row, as the offset and the variance. */
  get mean(): number {
    return (this.#centre ?? 0) + this.offset
  }

  /** Mean minus centre. */
  get offset(): number {
    return this.n === 0 ? 0 : this.#shifted / this.n
  }

  /** The variance of the mean if rows are independent. */
  get rowVariance(): number {
    if (this.n === 0) return 0
    const squares = this.#within + this.#between - this.n * this.offset ** 2
    return Math.max(0, squares) / this.n ** 2
  }
}
