import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { backoff } from '../domain/backoff.ts'
import { StoreUnavailable } from '../store/engine/errors.ts'
import { refusal } from '../store/engine/faults.ts'

const RETRY_MS = { first: 1_000, max: 15_000 }

/**
 * Does `work`, which can be done twice, again and again until the ClickHouse server is there for it. Rejects when the
 * signal aborts, when the server refuses the connection, and when anything else fails.
 */
export async function waitForStore<T>(work: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
  aborted.catch(() => {})
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await Promise.race([work(), aborted])
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      const refused = refusal(error)
      if (refused !== undefined) throw refused
      const wait = backoff(attempt, RETRY_MS)
      log.warn({ reason: error.message, attempt, retryInMs: wait }, 'waiting for ClickHouse')
      await Promise.race([setTimeout(wait), aborted])
    }
  }
}
