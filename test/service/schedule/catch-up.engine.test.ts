import pino from 'pino'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { listMissedWindows } from '../../../control/scheduling/missed-windows.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { schedulerMemory, tick } from '../../../service/schedule/scheduler.ts'
import { markDirty } from '../../../store/events/dirty-hours.ts'
import { openModels } from '../../../store/models.ts'
import type { Result } from '../../../store/results/results.ts'
import { evaluatedHours, range } from '../../support/evaluated-hours.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const at = (hour: number) => new Date(START + hour * HOUR + 600_000)
const model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })
const FIRST = 30
/** The service was down for so many windows. */
const MISSED = 60
const LIVE = 24

describe('a service that was down for days', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>
  beforeAll(async () => {
    store = await temporaryStore()
    await openModels(store).declare(model, at(0))
    const records = Array.from({ length: 4 * (FIRST + MISSED + 10) }, (_, i) => ({
      value: { id: String(i), ts: START + (i * HOUR) / 4, prediction: 1, features: { x: i % 7 } },
    }))
    await storePredictions({ store, writer: createWriter(store), model, source: 'test', now: at(0) }, records)
    const window = { from: new Date(START).toISOString(), to: new Date(START + 24 * HOUR).toISOString() }
    await baselineFromWindow(store, { model, name: 'first', source: { window }, now: at(0) })
    await activate(store, 'm', 1, at(0))
  })
  beforeEach(async () => {
    await store.rollup.command({ query: 'TRUNCATE TABLE evaluations' })
    for (const name of ['behind', 'new']) await monitors.remove(store.control, name)
    await declare('behind')
    await tick(context(), at(FIRST))
  })

  const declare = (name: string) =>
    monitors.put(
      store.control,
      name,
      monitorSchema.parse({ name, model: 'm', checks: ['feature'], alert: { channels: [] } }),
      at(0),
    )
  const context = () => ({
    store,
    models: openModels(store),
    log: pino({ level: 'silent' }),
    counter: createCounter(store, generationClock()),
    ...schedulerMemory(),
  })
  /** Hours at which windows ended that were evaluated, ascending. */
  const evaluated = (monitor: string) => evaluatedHours(store, monitor, START)
  const newest = FIRST + MISSED

  test('evaluates the newest windows in their order, then the rest from the newest to the oldest', async () => {
    const order: number[] = []
    const onResults = (results: readonly Result[]) =>
      order.push(...results.map(({ windowEnd }) => (windowEnd.getTime() - START) / HOUR))
    await tick({ ...context(), onResults }, at(newest))
    expect(order).toEqual([...range(newest - LIVE + 1, newest), ...range(FIRST + 1, newest - LIVE).reverse()])
    expect(await evaluated('behind')).toEqual(range(FIRST, newest))
    expect(await listMissedWindows(store.control)).toEqual([])
  })

  test('goes on where it was cut off, after a restart as well, and shows how much is left', async () => {
    let windows = 0
    const first = { ...context(), hasTime: () => windows++ < LIVE + 10 }
    await tick(first, at(newest))
    const left = first.missed.get('behind')!
    expect(left).toBeGreaterThan(0)
    expect(left).toBe(MISSED - LIVE - 9)
    const second = context()
    await tick(second, at(newest))
    expect(second.missed.size).toBe(0)
    expect(await evaluated('behind')).toEqual(range(FIRST, newest))
  })

  test('has time at once for monitors that are not behind', async () => {
    await declare('new')
    await tick({ ...context(), hasTime: () => false }, at(newest))
    expect(await evaluated('new')).toEqual([newest])
    expect(await evaluated('behind')).toEqual([FIRST])
  })

  test('evaluates a new window before old ones that late events have changed, however many there are', async () => {
    await tick(context(), at(newest))
    const hours = range(0, newest - 1).map((hour) => new Date(START + hour * HOUR))
    await markDirty(store, 'm', ['predictions'], hours, at(newest))
    let windows = 0
    const order: number[] = []
    const onResults = (results: readonly Result[]) =>
      order.push(...results.map(({ windowEnd }) => (windowEnd.getTime() - START) / HOUR))
    const late = { ...context(), onResults, hasTime: () => windows++ < 20 }
    await tick(late, at(newest + 1))
    // The oldest window that goes through the alerts again is two before the newest, and they look at nine windows.
    expect(order).toEqual([...range(newest - 10, newest + 1), ...range(newest - 18, newest - 11).reverse()])
    // Alerts do not look at the windows that are left, so their messages are not held back.
    expect([...late.catchingUp]).toEqual([])
  })

  test('looks at a monitor again only when something has changed', async () => {
    const watching = context()
    await tick(watching, at(newest))
    const before = (await evaluated('behind')).length
    const asked: string[] = []
    const spied = new Proxy(store.rollup, {
      get(client, key) {
        const method: unknown = Reflect.get(client, key)
        if (typeof method !== 'function') return method
        return (...given: [{ query: string }]) => {
          if (key === 'exec') asked.push(given[0].query)
          return method.apply(client, given) as unknown
        }
      },
    })
    const quiet = { ...watching, store: { ...store, rollup: spied } }
    await tick(quiet, new Date(at(newest).getTime() + 60_000))
    expect(asked.filter((query) => /FROM evaluations/.test(query))).toEqual([])
    await tick(quiet, at(newest + 1))
    expect((await evaluated('behind')).length).toBe(before + 1)
    await monitors.put(store.control, 'behind', (await monitors.find(store.control, 'behind'))!, at(0))
    asked.length = 0
    await tick(quiet, at(newest + 1))
    expect(asked.filter((query) => /FROM evaluations/.test(query)).length).toBeGreaterThan(0)
  })
})
