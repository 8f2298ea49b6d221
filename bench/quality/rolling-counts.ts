export const WINDOW_HOURS = 24

/** Counts of the last day of several columns, and of their unusable values, hour by hour. */
export class RollingCounts {
  readonly window: Int32Array[]
  readonly invalid: Int32Array
  readonly #hours: { counts: Int32Array[]; invalid: Int32Array }[]
  #hour = 0

  /** @param zeros arrays of the columns' lengths */
  constructor(zeros: readonly Int32Array[]) {
    const like = () => zeros.map(({ length }) => new Int32Array(length))
    this.window = like()
    this.invalid = new Int32Array(zeros.length)
    this.#hours = Array.from({ length: WINDOW_HOURS }, () => ({
      counts: like(),
      invalid: new Int32Array(zeros.length),
    }))
  }

  /** @param draw puts one hour's counts into arrays of zeros */
  advance(draw: (counts: Int32Array[], invalid: Int32Array) => void): void {
    const { counts, invalid } = this.#hours[this.#hour++ % WINDOW_HOURS]
    this.#add(counts, invalid, -1)
    for (const one of counts) one.fill(0)
    draw(counts, invalid)
    this.#add(counts, invalid, 1)
  }

  /** Of one column the counts of the newest hours. */
  last(column: number, hours: number): Int32Array {
    const sum = new Int32Array(this.window[column].length)
    for (let back = 1; back <= Math.min(hours, this.#hour); back++) {
      const { counts } = this.#hours[(this.#hour - back) % WINDOW_HOURS]
      for (let slot = 0; slot < sum.length; slot++) sum[slot] += counts[column][slot]
    }
    return sum
  }

  #add(counts: readonly Int32Array[], invalid: Int32Array, sign: number): void {
    for (const [i, one] of counts.entries()) {
      const window = this.window[i]
      for (let slot = 0; slot < one.length; slot++) window[slot] += sign * one[slot]
      this.invalid[i] += sign * invalid[i]
    }
  }
}
