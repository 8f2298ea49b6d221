import { benchApi } from './api.ts'
import { benchDashboard } from './dashboard.ts'
import { benchIngest } from './ingest.ts'
import { benchIngestMemory } from './ingest-memory.ts'
import { benchIntake } from './intake.ts'
import { benchLabels } from './labels.ts'
import { benchMerge } from './merge.ts'
import { benchRollup } from './rollup.ts'

const BENCHES: Record<string, () => Promise<void>> = {
  rollup: benchRollup,
  intake: benchIntake,
  ingest: benchIngest,
  'ingest-memory': benchIngestMemory,
  labels: benchLabels,
  merge: benchMerge,
  api: benchApi,
  dashboard: benchDashboard,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0)
  throw new Error(`no bench "${unknown.join('", "')}"; there are ${Object.keys(BENCHES).join(', ')}`)
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) await BENCHES[name]()
