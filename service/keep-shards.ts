import type { Logger } from 'pino'
import { MINUTE_MS } from '../domain/time.ts'
import type { Store } from '../store/engine/client.ts'
import { catchUp } from '../store/schema/catch-up.ts'
import { every } from './every.ts'

/** Completes, every minute, the tables of nodes of a cluster that were away. Returns how to stop it. */
export function keepShards(store: Store, log: Logger): () => Promise<void> {
  if (store.shards.cluster === undefined) return async () => {}
  return every(MINUTE_MS, async () => {
    try {
      const models = await catchUp(store)
      if (models.length > 0) log.info({ models }, 'completed the tables of nodes that were behind')
    } catch (error) {
      log.warn({ err: error }, 'the tables of some nodes may be behind; this will be retried')
    }
  })
}
