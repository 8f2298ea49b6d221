import { benchApi } from './api.ts'
import { benchCatchUp } from './catch-up.ts'
import { benchDashboard } from './dashboard.ts'
import { benchPages } from './pages/bench.ts'
import { benchExperiment } from './experiment/index.ts'
import { benchFalseAlarms } from './false-alarms/index.ts'
import { benchFalseAlarmsPeers } from './false-alarms/peers/index.ts'
import { benchFsync } from './fsync.ts'
import { benchGrowth } from './growth/index.ts'
import { benchIngest } from './ingest.ts'
import { benchIngestMemory } from './ingest-memory.ts'
import { benchColumnar } from './columnar.ts'
import { benchIntake } from './intake.ts'
import { benchLabels } from './labels.ts'
import { benchMerge } from './merge.ts'
import type { BenchOptions } from './options.ts'
import { benchCompare, benchPeers } from './peers/index.ts'
import { benchQuality } from './quality/index.ts'
import { benchRollup } from './rollup.ts'
import { benchScheduler } from './scheduler.ts'
import { benchSkew } from './skew.ts'
import { benchSoak } from './soak/index.ts'
import { benchSources } from './sources.ts'

export interface Bench {
  /** One line of the list of benches. */
  summary: string
  /** What it needs beyond Node.js and the embedded engine. */
  needs?: 'Kafka' | 'a browser' | 'a ClickHouse server'
  run: (options: BenchOptions) => Promise<void>
}

/** By name, in the order in which all of them run. */
export const BENCHES: Record<string, Bench> = {
  rollup: { summary: 'counting stored rows, against a bare GROUP BY', run: benchRollup },
  intake: {
    summary: 'events over HTTP, embedded and on a server, against a bare insert',
    needs: 'a ClickHouse server',
    run: benchIntake,
  },
  columnar: {
    summary: 'events over HTTP as Parquet and Arrow, against the same events as NDJSON',
    needs: 'a ClickHouse server',
    run: benchColumnar,
  },
  sources: {
    summary: 'files of a folder that are taken, against the same files over HTTP',
    run: benchSources,
  },
  fsync: {
    summary: 'what it costs that events are on the disk before the answer',
    needs: 'a ClickHouse server',
    run: benchFsync,
  },
  ingest: {
    summary: 'events from Kafka until they can be queried, against a bare insert',
    needs: 'Kafka',
    run: benchIngest,
  },
  'ingest-memory': {
    summary: 'memory of the service while millions of events arrive from Kafka',
    needs: 'Kafka',
    run: benchIngestMemory,
  },
  skew: { summary: 'reading a week of training–serving skew, against counting it', run: benchSkew },
  labels: { summary: 'finding the predictions of labels, among few and many', run: benchLabels },
  scheduler: {
    summary: 'declaring 500 monitors, evaluating them, and having nothing to do',
    run: benchScheduler,
  },
  'catch-up': { summary: 'reads of the API while monitors make up for two weeks', run: benchCatchUp },
  merge: { summary: 'merging hourly counts of 200 columns into a window', run: benchMerge },
  api: { summary: 'reads of the API while events are taken in and counted', run: benchApi },
  dashboard: {
    summary: 'the widest page in a real browser; run `npm run build` first',
    needs: 'a browser',
    run: benchDashboard,
  },
  pages: {
    summary: 'the main thread of each page with the demo’s data; run `npm run build` first',
    needs: 'a browser',
    run: benchPages,
  },
  growth: {
    summary: 'checks, counting and pages at 0.1 to 100 million rows; many models, monitors and features',
    run: benchGrowth,
  },
  compare: {
    summary: 'driftgauge compare on wide and tall files; run `npm run build` first',
    run: benchCompare,
  },
  peers: {
    summary: 'driftgauge compare beside Evidently, NannyML, pandas and SciPy; run `npm run build` first',
    run: benchPeers,
  },
  soak: {
    summary: 'six weeks of a service, with every count checked; run `npm run build` first; about an hour',
    run: benchSoak,
  },
  'false-alarms': { summary: 'false alarms and time to detection, simulated; hours', run: benchFalseAlarms },
  quality: {
    summary: 'false alerts of drift and data quality together, and how soon findings are found',
    run: benchQuality,
  },
  experiment: {
    summary: 'false winners of experiments, and how soon the better version is found, simulated',
    run: benchExperiment,
  },
  'false-alarms-peers': {
    summary:
      'false alarms and time to detection beside plain rules, Evidently and NannyML; a quarter of an hour',
    run: benchFalseAlarmsPeers,
  },
}
