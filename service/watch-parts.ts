import { MINUTE_MS } from '../domain/time.ts'
import type { Logger } from 'pino'
import type { Store } from '../store/engine/client.ts'
import { brokenParts } from '../store/engine/broken-parts.ts'
import { modelOfTable } from '../store/events/silver.ts'
import { every } from './every.ts'

const LOOK_EVERY_MS = 5 * MINUTE_MS

/** Looks for stored data that ClickHouse has set aside as broken, at once and every few minutes. */
export interface PartsWatch {
  /** What to tell whoever asks how the process is; empty where nothing is broken. */
  warnings(): string[]
  stop(): Promise<void>
}

/** Each broken part is logged once. */
export async function watchParts(store: Store, log: Logger): Promise<PartsWatch> {
  const logged = new Set<string>()
  let broken = 0

  async function look(): Promise<void> {
    try {
      const parts = await brokenParts(store)
      broken = parts.length
      for (const part of parts) {
        const key = `${part.table} ${part.name}`
        if (logged.has(key)) continue
        logged.add(key)
        log.error(
          { ...part, model: modelOfTable(part.table) },
          'stored data are broken: ClickHouse has set this part aside, and its rows are missing everywhere',
        )
      }
    } catch (error) {
      log.debug({ err: error }, 'looking for broken parts failed; it will be retried')
    }
  }

  await look()
  return {
    warnings: () =>
      broken === 0
        ? []
        : [
            `${broken} broken parts of stored data are set aside; the log and GET /store/broken-parts name them`,
          ],
    stop: every(LOOK_EVERY_MS, look),
  }
}
