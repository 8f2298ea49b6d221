import { backoff } from '../../domain/backoff.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import { setTimeout } from 'node:timers/promises'
import { ServiceFailure } from '../client/failure.ts'

/** What came of an attempt; `later` where what hinders may pass. */
export type Attempt<T> =
  { status: 'done'; value: T } | { status: 'later'; reason: string; afterSeconds: number | undefined }

export interface Patience {
  /** Told before each pause. */
  onWait: (reason: string, seconds: number) => void
  /** Milliseconds without success after which it is given up. */
  longest?: number
  clock?: () => number
  sleep?: (milliseconds: number) => Promise<unknown>
}

const MAX_WAIT_MS = 10 * MINUTE_MS
const RETRY_MS = { first: 500, max: 15_000 }

/**
 * Attempts again, with pauses that grow or are as long as one is told, until it is done. Throws {@link ServiceFailure}
 * with the last reason when that takes too long.
 */
export async function untilDone<T>(attempt: () => Promise<Attempt<T>>, patience: Patience): Promise<T> {
  const { onWait, longest = MAX_WAIT_MS, clock = Date.now, sleep = setTimeout } = patience
  const began = clock()
  for (let tried = 1; ; tried++) {
    const outcome = await attempt()
    if (outcome.status === 'done') return outcome.value
    const { reason, afterSeconds } = outcome
    const seconds = afterSeconds ?? backoff(tried, RETRY_MS) / 1000
    if (clock() - began + seconds * 1000 > longest) throw new ServiceFailure(`Gave up: ${reason}`)
    onWait(reason, seconds)
    await sleep(seconds * 1000)
  }
}
