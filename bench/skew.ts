import { featureSource, modelSchema, type Model } from '../control/declared/model.ts'
import { generationClock, rollup } from '../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../ingest/baseline/baseline.ts'
import type { Store } from '../store/engine/client.ts'
import { identifier } from '../store/engine/sql.ts'
import { silverTables } from '../store/events/silver.ts'
import { openModels } from '../store/models.ts'
import { generatePredictions } from './generate.ts'
import type { BenchOptions } from './options.ts'
import { print, startApp, timed, withStore, type Timed } from './support.ts'

const START = Date.UTC(2026, 0, 5)
const END = Date.UTC(2026, 0, 12)
const RUNS = 3
const SIZE = { features: 20, rows: 1_000_000 }
const TINY: typeof SIZE = { features: 2, rows: 2_000 }

/** Reading the skew of a week of predictions, all of which have reference features, against counting it. */
export async function benchSkew({ tiny }: BenchOptions): Promise<void> {
  const { features, rows } = tiny ? TINY : SIZE
  await withStore(async (store, directory) => {
    const models = openModels(store)
    const model = await fill(store, { features, rows })
    const counted = await timed(() =>
      rollup({ store, model, now: new Date(), nextGeneration: generationClock() }),
    )
    const app = await startApp({ store, models, spool: directory })
    const read = (path: string) => fastestOf(() => answer(`${app.url}/api/v1/models/${model.name}/skew?from=2026-01-05&to=2026-01-12${path}`)) // prettier-ignore
    try {
      const all = await read('')
      const one = await read('&column=f0')
      print(
        `skew, ${features} features × ${rows.toLocaleString('en-US')} rows of a week: all features ${text(all)}, one with series and examples ${text(one)}; ` +
          `counting the week, profiles included, ${text(counted)}: ratio ${(counted.ms / one.ms).toFixed(0)}`,
      )
    } finally {
      app.close()
    }
  })
}

/** One row in a thousand was served with another value. */
async function fill(store: Store, { features, rows }: typeof SIZE): Promise<Model> {
  const names = Array.from({ length: features }, (_, i) => [`f${i}`, 'numeric'] as const)
  const model = modelSchema.parse({ name: 'bench', task: 'binary', features: Object.fromEntries(names) })
  const now = new Date()
  await openModels(store).declare(model, now)
  await generatePredictions(store, model, { from: START, to: END, rows })
  const { predictions, reference } = silverTables(model.name)
  const sources = model.features.map(({ name }) => identifier(featureSource(name)))
  await store.rollup.command({
    query: `INSERT INTO ${reference} (id, hour, received_at, ${sources.join(', ')})
      SELECT id, toStartOfHour(ts), received_at, ${sources.map((source) => `if(cityHash64(id) % 1000 = 0, 0, ${source})`).join(', ')}
      FROM ${predictions}`,
  })
  const window = { from: new Date(START).toISOString(), to: new Date(END).toISOString() }
  await baselineFromWindow(store, { model, name: 'week', source: { window }, now })
  await activate(store, model.name, 1, now)
  return model
}

async function answer(url: string): Promise<void> {
  const response = await fetch(url)
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
}

async function fastestOf(work: () => Promise<void>): Promise<Timed> {
  const runs: Timed[] = []
  for (let run = 0; run < RUNS; run++) runs.push(await timed(work))
  return runs.reduce((best, one) => (one.ms < best.ms ? one : best))
}

const text = ({ ms, cpu }: Timed) => `${ms.toFixed(0)} ms (${cpu.toFixed(0)} ms of a processor)`
