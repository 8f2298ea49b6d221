import type { BenchOptions } from './options.ts'

export interface Bench {
  /** One line of the list of benches. */
  summary: string
  /** What it needs beyond Node.js and the embedded engine. */
  needs?: 'Kafka' | 'a browser' | 'a ClickHouse server'
  run: (options: BenchOptions) => Promise<void>
}

/** By name, in the order in which all of them run. Each is loaded when it runs: together they import most of the service. */
export const BENCHES: Record<string, Bench> = {
  rollup: {
    summary: 'counting stored rows, against a bare GROUP BY',
    run: async (options) => (await import('./rollup.ts')).benchRollup(options),
  },
  intake: {
    summary: 'events over HTTP, embedded and on a server, against a bare insert',
    needs: 'a ClickHouse server',
    run: async (options) => (await import('./intake.ts')).benchIntake(options),
  },
  columnar: {
    summary: 'events over HTTP as Parquet and Arrow, against the same events as NDJSON',
    needs: 'a ClickHouse server',
    run: async (options) => (await import('./columnar.ts')).benchColumnar(options),
  },
  sources: {
    summary: 'files of a folder that are taken, against the same files over HTTP',
    run: async (options) => (await import('./sources.ts')).benchSources(options),
  },
  fsync: {
    summary: 'what it costs that events are on the disk before the answer',
    needs: 'a ClickHouse server',
    run: async (options) => (await import('./fsync.ts')).benchFsync(options),
  },
  ingest: {
    summary: 'events from Kafka until they can be queried, against a bare insert',
    needs: 'Kafka',
    run: async (options) => (await import('./ingest.ts')).benchIngest(options),
  },
  'ingest-memory': {
    summary: 'memory of the service while millions of events arrive from Kafka',
    needs: 'Kafka',
    run: async (options) => (await import('./ingest-memory.ts')).benchIngestMemory(options),
  },
  skew: {
    summary: 'reading a week of training–serving skew, against counting it',
    run: async (options) => (await import('./skew.ts')).benchSkew(options),
  },
  labels: {
    summary: 'finding the predictions of labels, among few and many',
    run: async (options) => (await import('./labels.ts')).benchLabels(options),
  },
  scheduler: {
    summary: 'declaring 500 monitors, evaluating them, and having nothing to do',
    run: async (options) => (await import('./scheduler.ts')).benchScheduler(options),
  },
  'catch-up': {
    summary: 'reads of the API while monitors make up for two weeks',
    run: async (options) => (await import('./catch-up.ts')).benchCatchUp(options),
  },
  merge: {
    summary: 'merging hourly counts of 200 columns into a window',
    run: async (options) => (await import('./merge.ts')).benchMerge(options),
  },
  api: {
    summary: 'reads of the API while events are taken in and counted',
    run: async (options) => (await import('./api.ts')).benchApi(options),
  },
  dashboard: {
    summary: 'the widest page in a real browser; run `npm run build` first',
    needs: 'a browser',
    run: async (options) => (await import('./dashboard.ts')).benchDashboard(options),
  },
  pages: {
    summary: 'the main thread of each page with the demo’s data; run `npm run build` first',
    needs: 'a browser',
    run: async (options) => (await import('./pages/bench.ts')).benchPages(options),
  },
  growth: {
    summary: 'checks, counting and pages at 0.1 to 100 million rows; many models, monitors and features',
    run: async (options) => (await import('./growth/index.ts')).benchGrowth(options),
  },
  compare: {
    summary: 'driftgauge compare on wide and tall files; run `npm run build` first',
    run: async (options) => (await import('./peers/index.ts')).benchCompare(options),
  },
  peers: {
    summary: 'driftgauge compare beside Evidently, NannyML, pandas and SciPy; run `npm run build` first',
    run: async (options) => (await import('./peers/index.ts')).benchPeers(options),
  },
  soak: {
    summary: 'six weeks of a service, with every count checked; run `npm run build` first; about an hour',
    run: async (options) => (await import('./soak/index.ts')).benchSoak(options),
  },
  'false-alarms': {
    summary: 'false alarms and time to detection, simulated; hours',
    run: async (options) => (await import('./false-alarms/index.ts')).benchFalseAlarms(options),
  },
  quality: {
    summary: 'false alerts of drift and data quality together, and how soon findings are found',
    run: async (options) => (await import('./quality/index.ts')).benchQuality(options),
  },
  experiment: {
    summary: 'false winners of experiments, and how soon the better version is found, simulated',
    run: async (options) => (await import('./experiment/index.ts')).benchExperiment(options),
  },
  'false-alarms-peers': {
    summary:
      'false alarms and time to detection beside plain rules, Evidently and NannyML; a quarter of an hour',
    run: async (options) => (await import('./false-alarms/peers/index.ts')).benchFalseAlarmsPeers(options),
  },
}
