import { backoff } from '../../domain/backoff.ts'
import { HOUR_MS, DAY_MS } from '../../domain/time.ts'

const RETRY_MS = { first: 10_000, max: HOUR_MS }
const MIN_WAIT_MS = 1_000

/** Attempts end this long after the first one. */
export const GIVE_UP_AFTER_MS = DAY_MS

/**
 * Milliseconds to wait after the given attempt (from 1) failed: exponential with full jitter, from 10 s up to an
 * hour. `random` is in [0, 1).
 */
export function jitteredBackoff(attempt: number, random: number): number {
  return Math.max(MIN_WAIT_MS, Math.floor(random * backoff(attempt, RETRY_MS)))
}

export interface RetryInput {
  attempt: number
  /** When the first attempt was made; of the first one `now`. */
  firstAttemptAt: Date
  now: Date
  random: number
  /** What the receiver asked for, in milliseconds. */
  retryAfter: number | undefined
}

/** When to try again: never before the receiver's Retry-After; undefined when it would be too late. */
export function nextAttempt(input: RetryInput): Date | undefined {
  const wait = Math.max(jitteredBackoff(input.attempt, input.random), input.retryAfter ?? 0)
  const at = input.now.getTime() + wait
  return at <= input.firstAttemptAt.getTime() + GIVE_UP_AFTER_MS ? new Date(at) : undefined
}

type ResponseHeaders = Partial<Record<string, string | string[]>>

/**
 * How long a receiver asks to be left alone, in milliseconds from `now`: its Retry-After, or where its limit of
 * requests is reached, until that begins anew, as GitHub tells it in seconds since 1970.
 */
export function retryAfterOf(headers: ResponseHeaders, now: Date): number | undefined {
  const [after, remaining, reset] = WAIT_HEADERS.map((name) => [headers[name]].flat()[0])
  const wait = parseRetryAfter(after, now)
  if (wait !== undefined || remaining !== '0' || !/^\d+$/.test(reset ?? '')) return wait
  return Math.max(0, Number(reset) * 1000 - now.getTime())
}

const WAIT_HEADERS = ['retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset']

/** Seconds or an HTTP date, as milliseconds from `now`. */
function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}
