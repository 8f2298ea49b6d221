/** Pauses between attempts, in milliseconds. */
export interface Backoff {
  first: number
  max: number
}

/** How long to wait after the given attempt (from 1) failed: twice as long each time, but no longer than `max`. */
export function backoff(attempt: number, { first, max }: Backoff): number {
  return Math.min(max, first * 2 ** Math.min(attempt - 1, 30))
}
