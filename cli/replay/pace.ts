import { setTimeout } from 'node:timers/promises'

/** Waits until so many more rows may be sent. */
export type Pace = (rows: number) => Promise<void>

/**
 * Lets `rate` rows a second through on average. What was held up is not made up for, so that a service that has just
 * come back is not flooded.
 */
export function createPace(
  rate: number,
  clock: () => number = Date.now,
  sleep: (milliseconds: number) => Promise<unknown> = setTimeout,
): Pace {
  let due = -Infinity
  return async (rows) => {
    const wait = due - clock()
    if (wait > 0) await sleep(wait)
    due = Math.max(due, clock()) + (rows * 1000) / rate
  }
}

/** Rows that go together at this rate: few enough for an even flow. */
export function rowsAtOnce(rate: number | undefined): number {
  return rate === undefined ? Infinity : Math.max(1, Math.ceil(rate / 4))
}
