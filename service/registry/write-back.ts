import type { Logger } from 'pino'
import { writeBack, type WriteBackContext } from '../../registry/write-back/write-back.ts'
import type { Models } from '../../store/models.ts'
import { every } from '../every.ts'
import type { RegistryMetrics } from './metrics.ts'

export interface WriteBackOptions extends WriteBackContext {
  models: Models
  log: Logger
  metrics: RegistryMetrics
  /** Whether this process does the work. */
  isOurs: () => Promise<boolean>
}

const EVERY_MS = 30_000

/** Writes to MLflow from now on, apart from every check. Returns how to stop. */
export function startWritingBack(options: WriteBackOptions): () => Promise<void> {
  const { models, metrics, log, isOurs } = options
  const stopping = new AbortController()
  let failing = new Set<string>()
  let isBusy = false
  const stop = every(EVERY_MS, async () => {
    if (isBusy) return
    isBusy = true
    try {
      if (stopping.signal.aborted || !(await isOurs())) return
      const { metrics: count, failures } = await writeBack(options, await models.list(), stopping.signal)
      metrics.written.inc(count)
      metrics.failedWrites.inc(failures.length)
      for (const { model, error } of failures)
        if (!failing.has(model) && !stopping.signal.aborted)
          log.warn({ model, reason: error.message }, 'MLflow was not written to; it will be tried again')
      failing = new Set(failures.map(({ model }) => model))
    } catch (error) {
      log.error({ err: error }, 'writing to MLflow failed; it will be tried again')
    } finally {
      isBusy = false
    }
  })
  return async () => {
    stopping.abort()
    await stop()
  }
}
