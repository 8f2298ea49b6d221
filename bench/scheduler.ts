import { HOUR_MS, MINUTE_MS } from '../domain/time.ts'
import { tick } from '../service/schedule/scheduler.ts'
import { openModels } from '../store/models.ts'
import type { BenchOptions } from './options.ts'
import { fastestRead, median, print, startApp, timed, withStore, type Timed } from './support.ts'
import { fillUniformModels, schedulerContext } from './uniform-model.ts'

const QUIET_TICKS = 10
const START = Date.UTC(2026, 0, 5)
const END = START + 24 * HOUR_MS

export interface SchedulerSize {
  models: number
  monitors: number
  columns: number
  /** Of each model, in a day. */
  rows: number
}

const SIZE: SchedulerSize = { models: 10, monitors: 500, columns: 50, rows: 1_000 }
const TINY: SchedulerSize = { models: 1, monitors: 2, columns: 2, rows: 100 }

/** What it costs to declare many monitors, and to look whether there is anything to do for them. */
export async function benchScheduler({ tiny }: BenchOptions): Promise<void> {
  const size = tiny ? TINY : SIZE
  const { declared, counted, all, again, quiet } = await measureScheduler(size)
  print(
    `scheduler, ${size.monitors} monitors of ${size.columns} columns over ${size.models} models: declared in ${Math.round(declared)} ms each at the median ` +
      `(aim under 50); all predictions counted in ${Math.round(counted.ms)} ms; a tick that evaluates a window of each ${Math.round(all.ms)} ms, the one after it ${Math.round(again.ms)} ms, ` +
      `one with nothing to do ${quiet.ms.toFixed(0)} ms (aim under 500), ${quiet.cpu.toFixed(0)} ms of a processor: ` +
      `${((100 * quiet.cpu) / MINUTE_MS).toFixed(2)}% of a core, as there is one a minute (aim under 2)`,
  )
}

export interface SchedulerTimes {
  /** Milliseconds to declare a monitor, at the median. */
  declared: number
  /** Counting the predictions of all models. */
  counted: Timed
  /** The tick that evaluates a window of each monitor, the one after it, and the fastest with nothing to do. */
  all: Timed
  again: Timed
  quiet: Timed
  /** Milliseconds of the request for the overview. */
  overview: number
}

/** Declares monitors through the API, and times the ticks that follow. */
export async function measureScheduler(size: SchedulerSize): Promise<SchedulerTimes> {
  return withStore(async (store, directory) => {
    const models = openModels(store)
    await fillUniformModels(store, models, size.models, {
      columns: size.columns,
      start: START,
      hours: 24,
      rows: size.rows,
      baselineHours: 12,
    })
    const app = await startApp({ store, models, spool: directory })
    try {
      const declared: number[] = []
      for (let i = 0; i < size.monitors; i++) {
        const started = performance.now()
        const body = JSON.stringify({
          name: `monitor-${i}`,
          model: `m${i % size.models}`,
          checks: ['feature'],
        })
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
        const { status } = await fetch(`${app.url}/api/v1/monitors`, init)
        if (status !== 201) throw new Error(`declaring a monitor answered ${status}`)
        declared.push(performance.now() - started)
      }
      const context = schedulerContext(store, models)
      const at = (minute: number) => () => tick(context, new Date(END + minute * MINUTE_MS))
      const counted = await timed(async () => {
        for (const model of await models.list()) await context.counter(model, new Date(END))
      })
      const all = await timed(at(30))
      const again = await timed(at(31))
      const quiet: Timed[] = []
      for (let i = 0; i < QUIET_TICKS; i++) quiet.push(await timed(at(32 + i)))
      const overview = await fastestRead(`${app.url}/api/v1/overview`)
      return {
        declared: median(declared),
        counted,
        all,
        again,
        quiet: quiet.toSorted((a, b) => a.ms - b.ms)[0],
        overview,
      }
    } finally {
      app.close()
    }
  })
}
