import { countFiles } from '../control/sources/history.ts'
import { listLooks } from '../control/sources/looks.ts'
import { MINUTE_MS } from '../domain/time.ts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Store } from '../store/engine/client.ts'
import { countUnmatchedExchanges } from '../store/events/inference-logs.ts'

/** What the work that nobody asks for by a request tells Prometheus. */
export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>

/** A request or response is not missed before it had so long to come. */
const UNMATCHED_AFTER_MS = 10 * MINUTE_MS

/** Registers the worker's metrics; once for a registry. */
export function createWorkerMetrics(registry: Registry) {
  const registers = [registry]
  return {
    tickSeconds: new Histogram({
      name: 'driftgauge_tick_seconds',
      help: 'Duration of rounds of counting and checking.',
      buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300],
      registers,
    }),
    lastTick: new Gauge({
      name: 'driftgauge_tick_last_timestamp_seconds',
      help: 'End of the last round of counting and checking, in seconds since 1970.',
      registers,
    }),
    results: new Counter({
      name: 'driftgauge_results_total',
      help: 'Results of checks, by verdict.',
      labelNames: ['model', 'verdict'] as const,
      registers,
    }),
    missed: new Gauge({
      name: 'driftgauge_missed_windows',
      help: 'Windows that ended while nothing ran, and that are still to be evaluated.',
      labelNames: ['monitor'] as const,
      registers,
    }),
    deletedRows: new Counter({
      name: 'driftgauge_retention_deleted_rows_total',
      help: 'Rows that were deleted because of their age.',
      labelNames: ['kind'] as const,
      registers,
    }),
    lastCleaning: new Gauge({
      name: 'driftgauge_retention_last_timestamp_seconds',
      help: 'When data were last looked through for what is older than it is kept, in seconds since 1970.',
      registers,
    }),
    deliveries: new Counter({
      name: 'driftgauge_deliveries_total',
      help: 'Attempts to deliver a message, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
  }
}

/** Tells of what waits in the store, asked for at each scrape. */
export function registerBacklog(registry: Registry, store: Store, clock: () => Date): void {
  registry.registerMetric(
    new Gauge({
      name: 'driftgauge_unmatched_exchanges',
      help: 'KServe exchanges with only one half received for ten minutes or longer.',
      labelNames: ['model', 'part'] as const,
      registers: [],
      async collect() {
        this.reset()
        const cutoff = new Date(clock().getTime() - UNMATCHED_AFTER_MS)
        // While ClickHouse does not answer the other metrics still tell that.
        for (const { model, part, exchanges } of await countUnmatchedExchanges(store, cutoff).catch(() => []))
          this.set({ model, part }, exchanges)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'driftgauge_source_files',
      help: 'Files of batch sources, by source and state.',
      labelNames: ['source', 'state'] as const,
      registers: [],
      async collect() {
        this.reset()
        for (const [source, { files }] of await countFiles(store.control).catch(() => []))
          for (const [state, count] of Object.entries(files)) this.set({ source, state }, count)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'driftgauge_source_failing',
      help: '1 while a batch source cannot be read, otherwise 0.',
      labelNames: ['source'] as const,
      registers: [],
      async collect() {
        this.reset()
        for (const [source, { problem }] of await listLooks(store.control).catch(() => []))
          this.set({ source }, problem === undefined ? 0 : 1)
      },
    }),
  )
}
