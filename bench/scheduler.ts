import { HOUR_MS, MINUTE_MS } from '../domain/time.ts'
import { tick } from '../service/schedule/scheduler.ts'
import { openModels } from '../store/models.ts'
import { print, startApp, withStore } from './support.ts'
import { fillUniform, schedulerContext } from './uniform-model.ts'

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
    for (let i = 0; i < MODELS; i++)
      await fillUniform(store, models, {
        name: `m${i}`,
        columns: COLUMNS,
        start: START,
        hours: 24,
        rows: 2 * ROWS,
        baselineHours: 12,
      })
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
    const context = schedulerContext(store, models)
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
