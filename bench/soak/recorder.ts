import type { Seen } from './report.ts'
import type { PageTimes } from './samples.ts'
import type { Metrics } from './service.ts'

/** Keeps what is seen of a service, across its restarts. */
export interface Recorder {
  /** What the service tells after a tick, and its resident memory then. */
  note(metrics: Metrics, resident: number): void
  notePages(times: PageTimes): void
  /** To be called when another process begins, whose counters begin anew. */
  restarted(): void
  /** All since the last time. */
  take(at: Pick<Seen, 'size' | 'alerts' | 'messages' | 'stored'>): Seen
}

export function createRecorder(): Recorder {
  let seen = fresh()
  /** Counters of earlier processes, and of the current one. */
  const results = { before: 0, now: 0 }
  const deleted = { before: 0, now: 0 }
  let tickSeconds = 0
  return {
    note(metrics, resident) {
      const of = (name: string) => metrics.get(`driftgauge_${name}`) ?? 0
      seen.resident.push(resident)
      seen.ticks.push(of('tick_seconds_sum') - tickSeconds)
      seen.missed = Math.max(seen.missed, of('missed_windows'))
      tickSeconds = of('tick_seconds_sum')
      results.now = of('results_total')
      deleted.now = of('retention_deleted_rows_total')
    },
    notePages: (times) => void seen.pages.push(times),
    restarted() {
      for (const counter of [results, deleted]) {
        counter.before += counter.now
        counter.now = 0
      }
      tickSeconds = 0
    },
    take(at) {
      const taken = {
        ...seen,
        ...at,
        results: results.before + results.now,
        deleted: deleted.before + deleted.now,
      }
      seen = fresh()
      return taken
    },
  }
}

const fresh = (): Pick<Seen, 'resident' | 'ticks' | 'pages' | 'missed'> => ({
  resident: [],
  ticks: [],
  pages: [],
  missed: 0,
})
