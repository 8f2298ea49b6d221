import { boundary } from '../../detectors/experiment/boundary.ts'
import type { ExperimentHours, ExperimentRule, HourSums } from '../../detectors/experiment/experiment.ts'

/** What others decide by on the same hours, looked at after each of them from `minRows` rows a side on. */
export interface Rivals {
  /** Whether the t-test at the level alpha, peeked at, ever named a winner. */
  tTest: boolean
  /** Whether the confidence sequence did with the variance of rows alone. */
  rowVariance: boolean
}

export function rivalsOn(hours: ExperimentHours, rule: ExperimentRule, planRows: number): Rivals {
  const [one, other] = hours.design === 'paired' ? [hours.differences] : [hours.challenger, hours.champion]
  const [a, b] = [new Rows(), new Rows()]
  const found = { tTest: false, rowVariance: false }
  for (const [i, hour] of one.entries()) {
    a.add(hour)
    if (other !== undefined) b.add(other[i])
    const least = other === undefined ? a.n : Math.min(a.n, b.n)
    if (least < rule.minRows) continue
    const z = Math.abs(a.mean - b.mean) / Math.sqrt(a.variance + b.variance)
    // From 500 rows on, Student's t is the normal distribution to a hundredth.
    if (z > 1.959964) found.tTest = true
    if (z > boundary(a.n + b.n, planRows, rule.alpha)) found.rowVariance = true
  }
  return found
}

/** Welford's sums; without a row the mean is 0 and certain. */
class Rows {
  n = 0
  mean = 0
  #squares = 0

  add({ n, sum, squares }: HourSums): void {
    if (n === 0) return
    const delta = sum / n - this.mean
    const total = this.n + n
    this.#squares += squares + (delta * delta * this.n * n) / total
    this.mean += (delta * n) / total
    this.n = total
  }

  /** Of the mean. */
  get variance(): number {
    return this.n === 0 ? 0 : this.#squares / this.n ** 2
  }
}
