import type { Logger } from 'pino'
import { HOUR_MS } from '../domain/time.ts'
import type { Store } from '../store/engine/client.ts'
import { dropAbandoned } from '../store/engine/staging.ts'
import { every } from './every.ts'

/** Drops, every hour, tables of a server that a killed process has left behind. Returns how to stop it. */
export function sweepStaging(store: Store, log: Logger): () => Promise<void> {
  // Of the embedded engine they are dropped at the start, as no other process can leave any.
  if (store.embedded) return async () => {}
  return every(HOUR_MS, () =>
    dropAbandoned(store).catch((error: unknown) =>
      log.debug({ err: error }, 'dropping abandoned tables failed; it will be retried'),
    ),
  )
}
