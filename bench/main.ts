import { parseArgs } from 'node:util'
import { benchApi } from './api.ts'
import { benchCatchUp } from './catch-up.ts'
import { benchDashboard } from './dashboard.ts'
import { benchFalseAlarms } from './false-alarms/index.ts'
import { benchFsync } from './fsync.ts'
import { benchIngest } from './ingest.ts'
import { benchIngestMemory } from './ingest-memory.ts'
import { benchIntake } from './intake.ts'
import { benchLabels } from './labels.ts'
import { benchMerge } from './merge.ts'
import { benchRollup } from './rollup.ts'
import { benchScheduler } from './scheduler.ts'

interface BenchOptions {
  /** Of each cell, where a bench simulates: more make narrower intervals. */
  runs?: number | undefined
  /** Only cells with this in their name, where a bench has cells. */
  only?: string | undefined
}

const BENCHES: Record<string, (options: BenchOptions) => Promise<void>> = {
  rollup: benchRollup,
  intake: benchIntake,
  fsync: benchFsync,
  ingest: benchIngest,
  'ingest-memory': benchIngestMemory,
  labels: benchLabels,
  scheduler: benchScheduler,
  'catch-up': benchCatchUp,
  merge: benchMerge,
  api: benchApi,
  dashboard: benchDashboard,
  'false-alarms': benchFalseAlarms,
}

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, only: { type: 'string' } },
})
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0)
  throw new Error(`no bench "${unknown.join('", "')}"; there are ${Object.keys(BENCHES).join(', ')}`)
const runs = values.runs === undefined ? undefined : Number(values.runs)
if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
  throw new Error(`--runs takes a whole number above 0, not "${values.runs}"`)
for (const name of names.length > 0 ? names : Object.keys(BENCHES))
  await BENCHES[name]({ runs, only: values.only })
