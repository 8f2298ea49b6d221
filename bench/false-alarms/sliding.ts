export const WINDOW_HOURS = 24

/**
 * Rows of each hour of the day, more by day than by night; any 24 hours in a row have exactly `rows`, so that a cell
 * is of one size.
 */
export function hourlyRows(rows: number): number[] {
  const upTo = (hour: number) =>
    Math.round(
      rows * (hour / WINDOW_HOURS - (0.6 * Math.sin((2 * Math.PI * hour) / WINDOW_HOURS)) / (2 * Math.PI)),
    )
  return Array.from({ length: WINDOW_HOURS }, (_, hour) => upTo(hour + 1) - upTo(hour))
}

/** The counts of the last 24 hours of several columns: the newest hour is added, the oldest taken off. */
export class SlidingWindow {
  readonly window: Int32Array[]
  readonly #hours: Int32Array[][]
  #hour = 0

  constructor(slots: readonly number[]) {
    const zeros = () => slots.map((length) => new Int32Array(length))
    this.window = zeros()
    this.#hours = Array.from({ length: WINDOW_HOURS }, zeros)
  }

  /** @param draw puts one hour's counts into arrays of zeros */
  advance(draw: (counts: Int32Array[], hourOfDay: number) => void): void {
    const hourOfDay = this.#hour % WINDOW_HOURS
    const counts = this.#hours[hourOfDay]
    for (const [i, one] of counts.entries()) {
      const window = this.window[i]
      for (let slot = 0; slot < one.length; slot++) window[slot] -= one[slot]
      one.fill(0)
    }
    draw(counts, hourOfDay)
    for (const [i, one] of counts.entries()) {
      const window = this.window[i]
      for (let slot = 0; slot < one.length; slot++) window[slot] += one[slot]
    }
    this.#hour++
  }
}
