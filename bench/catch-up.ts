import { setTimeout as delay } from 'node:timers/promises'
import { monitors, monitorSchema } from '../control/declared/monitor.ts'
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts'
import { tick } from '../service/schedule/scheduler.ts'
import type { Store } from '../store/engine/client.ts'
import { rows } from '../store/engine/query.ts'
import { openModels } from '../store/models.ts'
import type { BenchOptions } from './options.ts'
import { print, startApp, withStore } from './support.ts'
import { fillUniformModels, schedulerContext } from './uniform-model.ts'

const START = Date.UTC(2026, 0, 5)
const FIRST = 26
const SIZE = {
  models: 10,
  monitors: 100,
  columns: 20,
  rowsAnHour: 50,
  /** Hours for which the service was down. */
  down: 14 * 24,
  /** What the worker gives to monitors that are behind, in each minute. */
  budgetMs: 20_000,
  ticks: 3,
  /** For which reads are timed with nothing to do. */
  quietMs: 5_000,
}
const TINY: typeof SIZE = {
  models: 1,
  monitors: 2,
  columns: 2,
  rowsAnHour: 5,
  down: 30,
  budgetMs: 1_000,
  ticks: 1,
  quietMs: 200,
}
const PAUSE_MS = 100
/** Asked in turn, as a dashboard asks. */
const ROUTES = [
  '/overview',
  '/models',
  '/models/m0',
  '/models/m0/heatmap',
  '/models/m0/results?from=2026-01-05&to=2026-02-01&column=f3&statistic=psi',
  '/alerts',
]

/** How long reads take while many monitors make up for two weeks. */
export async function benchCatchUp({ tiny }: BenchOptions): Promise<void> {
  const size = tiny ? TINY : SIZE
  await withStore(async (store, directory) => {
    const models = openModels(store)
    await fillUniformModels(store, models, size.models, {
      columns: size.columns,
      start: START,
      hours: FIRST + size.down,
      rows: (FIRST + size.down) * size.rowsAnHour,
      baselineHours: 24,
    })
    for (let i = 0; i < size.monitors; i++) {
      const monitor = monitorSchema.parse({
        name: `monitor-${i}`,
        model: `m${i % size.models}`,
        checks: ['feature'],
        alert: { channels: [] },
      })
      await monitors.put(store.control, monitor.name, monitor, new Date(START))
    }
    const context = schedulerContext(store, models)
    const at = (hour: number, minutes = 0) => new Date(START + hour * HOUR_MS + (30 + minutes) * MINUTE_MS)
    await tick(context, at(FIRST))
    const app = await startApp({ store, models, spool: directory })
    try {
      const quiet = await readWhile(`${app.url}/api/v1`, delay(size.quietMs))
      for (let i = 0; i < size.ticks; i++) {
        const before = await evaluated(store)
        const until = performance.now() + size.budgetMs
        const started = performance.now()
        const ticking = tick(
          { ...context, hasTime: () => performance.now() < until },
          at(FIRST + size.down, i),
        )
        const times = await readWhile(`${app.url}/api/v1`, ticking)
        print(
          `catch-up, tick ${i + 1} of ${size.monitors} monitors over ${size.models} models of ${size.columns} columns, ${Math.floor(size.down / 24)} days behind: ` +
            `${Math.round((performance.now() - started) / 1000)} s, ${(await evaluated(store)) - before} windows evaluated; reads meanwhile ` +
            `${quantile(times, 0.5)} ms at the median (aim under 100), ${quantile(times, 0.95)} ms at 0.95, ` +
            `${quantile(times, 1)} ms at most, ${times.length} reads; with nothing to do ${quantile(quiet, 0.5)} ms at the median`,
        )
      }
    } finally {
      app.close()
    }
  })
}

/** Milliseconds of each read, one after the other, until `work` is done. */
async function readWhile(url: string, work: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const done = work.then(() => true)
  for (let i = 0; ; i++) {
    const started = performance.now()
    const response = await fetch(url + ROUTES[i % ROUTES.length])
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${ROUTES[i % ROUTES.length]} answered ${response.status}`)
    times.push(performance.now() - started)
    if (await Promise.race([done, delay(PAUSE_MS, false)])) return times
  }
}

async function evaluated(store: Store): Promise<number> {
  const [{ windows }] = await rows<{ windows: number }>(
    store.read,
    'SELECT count() AS windows FROM evaluations FINAL',
  )
  return windows
}

const quantile = (values: readonly number[], p: number) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))])
