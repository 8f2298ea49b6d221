import pino from 'pino'
import { modelSchema } from '../control/declared/model.ts'
import { createCounter } from '../detectors/rollup/counter.ts'
import { generationClock } from '../detectors/rollup/rollup.ts'
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts'
import { activate, baselineFromWindow } from '../ingest/baseline/baseline.ts'
import { storePredictions } from '../ingest/intake/pipeline.ts'
import { createWriter } from '../ingest/intake/writer.ts'
import { schedulerMemory, tick } from '../service/schedule/scheduler.ts'
import type { Store } from '../store/engine/client.ts'
import { openModels, type Models } from '../store/models.ts'
import { print, startApp, uniform, withStore } from './support.ts'

const MODELS = 10
const MONITORS = 500
const COLUMNS = 50
const ROWS = 500
const QUIET_TICKS = 10
const START = Date.UTC(2026, 0, 5)
const END = START + 24 * HOUR_MS

/** What it costs to declare many monitors, and to look whether there is anything to do for them. */
export async function benchScheduler(): Promise<void> {
  await withStore(async (store, directory) => {
    const models = openModels(store)
    for (let i = 0; i < MODELS; i++) await fill(store, models, `m${i}`)
    const app = await startApp({ store, models, spool: directory })
    const declared: number[] = []
    for (let i = 0; i < MONITORS; i++) {
      const started = performance.now()
      const body = JSON.stringify({ name: `monitor-${i}`, model: `m${i % MODELS}`, checks: ['feature'] })
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      const { status } = await fetch(`${app.url}/api/v1/monitors`, init)
      if (status !== 201) throw new Error(`declaring a monitor answered ${status}`)
      declared.push(performance.now() - started)
    }
    app.close()
    const context = {
      store,
      models,
      log: pino({ level: 'silent' }),
      counter: createCounter(store, generationClock()),
      ...schedulerMemory(),
    }
    const all = await timed(() => tick(context, new Date(END + 30 * MINUTE_MS)))
    const again = await timed(() => tick(context, new Date(END + 31 * MINUTE_MS)))
    const quiet: Timed[] = []
    for (let i = 0; i < QUIET_TICKS; i++)
      quiet.push(await timed(() => tick(context, new Date(END + (32 + i) * MINUTE_MS))))
    const best = quiet.toSorted((a, b) => a.ms - b.ms)[0]
    print(
      `scheduler, ${MONITORS} monitors of ${COLUMNS} columns over ${MODELS} models: declared in ${middle(declared)} ms each at the median ` +
        `(aim under 50); a tick that evaluates a window of each ${Math.round(all.ms)} ms, the one after it ${Math.round(again.ms)} ms, ` +
        `one with nothing to do ${best.ms.toFixed(0)} ms (aim under 500), ${best.cpu.toFixed(0)} ms of a processor: ` +
        `${((100 * best.cpu) / MINUTE_MS).toFixed(2)} % of a core, as there is one a minute (aim under 2)`,
    )
  })
}

async function fill(store: Store, models: Models, name: string): Promise<void> {
  const random = uniform(7)
  const names = Array.from({ length: COLUMNS }, (_, column) => `f${column}`)
  const features = Object.fromEntries(names.map((one) => [one, 'numeric']))
  const model = modelSchema.parse({ name, task: 'regression', features })
  await models.declare(model, new Date(START))
  const records = Array.from({ length: 2 * ROWS }, (_, i) => ({
    value: {
      id: String(i),
      ts: START + Math.floor((i * 24 * HOUR_MS) / (2 * ROWS)),
      prediction: random(),
      features: Object.fromEntries(names.map((one) => [one, random()])),
    },
  }))
  const taken = await storePredictions(
    { store, writer: createWriter(store), model, source: 'bench', now: new Date(END) },
    records,
  )
  if (taken.rejected.length > 0) throw new Error(`a row was rejected: ${taken.rejected[0].detail}`)
  const window = { from: new Date(START).toISOString(), to: new Date(START + 12 * HOUR_MS).toISOString() }
  await baselineFromWindow(store, { model, name: 'bench', source: { window }, now: new Date(END) })
  await activate(store, name, 1, new Date(END))
}

interface Timed {
  ms: number
  cpu: number
}

async function timed(work: () => Promise<void>): Promise<Timed> {
  const before = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - started, cpu: (user + system) / 1000 }
}

const middle = (values: readonly number[]) => Math.round(values.toSorted((a, b) => a - b)[values.length >> 1])
