import type { Logger } from 'pino'
import { removeExpiredKeys } from '../control/declared/api-keys.ts'
import type { Fence } from '../control/alerting/insert-alert-events.ts'
import type { Retention } from '../domain/retention.ts'
import type { Store } from '../store/engine/client.ts'
import { deleteOldData, findOldData } from '../store/retention/retention.ts'
import type { WorkerMetrics } from './metrics.ts'

export interface CleaningOptions {
  store: Store
  log: Logger
  retention: Retention
  metrics: WorkerMetrics
  fence: Fence
  signal: AbortSignal
}

/** Deletes what is older than it is kept, and says what. */
export async function cleanUp(
  { store, log, retention, metrics, fence, signal }: CleaningOptions,
  now: Date,
): Promise<void> {
  await removeExpiredKeys(store.control, now)
  const old = await findOldData(store, retention, now)
  await deleteOldData(store, old, { fence, signal })
  if (signal.aborted) return
  for (const { kind, before, rows, ...of } of [...old.models, ...old.service]) {
    if (rows === 0) continue
    metrics.deletedRows.inc({ kind }, rows)
    log.info({ kind, before, rows, ...('model' in of && { model: of.model }) }, 'old data were deleted')
  }
  metrics.lastCleaning.setToCurrentTime()
}
