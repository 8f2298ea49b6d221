import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { schedulerMemory, tick, type SchedulerContext } from '../../../service/schedule/scheduler.ts'
import type { Store } from '../../../store/engine/client.ts'
import { openModels } from '../../../store/models.ts'
import { evaluatedHours, range } from '../../support/evaluated-hours.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const at = (hour: number) => new Date(START + hour * HOUR + 600_000)
const model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })
const FIRST = 24
const NEWEST = 30

describe('windows that are stored together', () => {
  let store: Store
  beforeAll(async () => {
    store = await temporaryStore()
    await openModels(store).declare(model, at(0))
    const records = Array.from({ length: 4 * NEWEST }, (_, i) => ({
      value: { id: String(i), ts: START + (i * HOUR) / 4, prediction: 1, features: { x: i % 7 } },
    }))
    await storePredictions({ store, writer: createWriter(store), model, source: 'test', now: at(0) }, records)
    const window = { from: new Date(START).toISOString(), to: new Date(START + 24 * HOUR).toISOString() }
    await baselineFromWindow(store, { model, name: 'first', source: { window }, now: at(0) })
    await activate(store, 'm', 1, at(0))
    for (const name of ['a', 'b', 'c']) {
      const monitor = { name, model: 'm', checks: ['feature'], alert: { channels: [] } }
      await monitors.put(store.control, name, monitorSchema.parse(monitor), at(0))
    }
  })
  beforeEach(async () => {
    await store.rollup.command({ query: 'TRUNCATE TABLE evaluations' })
    await store.rollup.command({ query: 'TRUNCATE TABLE results' })
    await run(FIRST)
  })

  const run = (hour: number, changes: Partial<SchedulerContext> = {}) =>
    tick(
      {
        store,
        models: openModels(store),
        log: pino({ level: 'silent' }),
        counter: createCounter(store, generationClock()),
        ...schedulerMemory(),
        ...changes,
      },
      at(hour),
    )

  /** The store with something that happens before each insert into a table. */
  function watched(onInsert: (table: string, rows: string) => void): Store {
    const rollup = new Proxy(store.rollup, {
      get(client, key) {
        const method: unknown = Reflect.get(client, key)
        if (typeof method !== 'function') return method
        return async (given: { query: string; values?: Readable }) => {
          const table = /^INSERT INTO (\w+)/.exec(given.query)?.[1]
          if (table === undefined || given.values === undefined) return method.call(client, given) as unknown
          const values = await text(given.values)
          onInsert(table, values)
          return method.call(client, { ...given, values: Readable.from([values]) }) as unknown
        }
      },
    })
    return { ...store, rollup }
  }

  /** Hours at which windows of a monitor ended that are done with. */
  const done = (monitor: string) => evaluatedHours(store, monitor, START)

  test('share an insert of results and one of marks, which comes after it', async () => {
    const inserts: string[] = []
    await run(NEWEST, { store: watched((table) => inserts.push(table)) })
    expect(inserts.filter((table) => table === 'results' || table === 'evaluations')).toEqual([
      'results',
      'evaluations',
    ])
    for (const name of ['a', 'b', 'c']) expect(await done(name)).toEqual(range(FIRST, NEWEST))
  })

  test('do not wait for a monitor whose results ClickHouse refuses', async () => {
    const refusing = watched((table, lines) => {
      if (table === 'results' && lines.includes('"b"'))
        throw Object.assign(new Error('Cannot parse'), {
          code: '27',
          type: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
        })
    })
    const failures = new Map<string, number>()
    await run(NEWEST, { store: refusing, failures })
    expect(await done('a')).toEqual(range(FIRST, NEWEST))
    expect(await done('b')).toEqual([FIRST])
    expect(await done('c')).toEqual(range(FIRST, NEWEST))
    expect(Object.fromEntries(failures)).toMatchObject({ a: 0, b: 1, c: 0 })
    await run(NEWEST)
    expect(await done('b')).toEqual(range(FIRST, NEWEST))
  })

  test('are all evaluated again where the results of none could be stored', async () => {
    const away = watched((table) => {
      if (table === 'results') throw new Error('ClickHouse does not answer')
    })
    await run(NEWEST, { store: away })
    for (const name of ['a', 'b', 'c']) expect(await done(name)).toEqual([FIRST])
    await run(NEWEST)
    for (const name of ['a', 'b', 'c']) expect(await done(name)).toEqual(range(FIRST, NEWEST))
  })

  test('leave those after one that fails to the next tick, which evaluates them in order', async () => {
    const order: string[] = []
    const note = (windows: readonly { monitor: string; windowEnd: Date }[]) => {
      for (const { monitor, windowEnd } of windows)
        order.push(`${monitor} ${(windowEnd.getTime() - START) / HOUR}`)
    }
    await run(NEWEST, {
      onResults: (results) => {
        if (
          results.some(
            ({ monitor, windowEnd }) => monitor === 'b' && windowEnd.getTime() === START + 27 * HOUR,
          )
        )
          throw new Error('fails')
      },
    })
    expect(await done('a')).toEqual(range(FIRST, NEWEST))
    expect(await done('b')).toEqual(range(FIRST, 26))
    expect(await done('c')).toEqual(range(FIRST, NEWEST))
    await run(NEWEST, { onResults: note })
    expect(order).toEqual(range(27, NEWEST).map((hour) => `b ${hour}`))
    expect(await done('b')).toEqual(range(FIRST, NEWEST))
  })
})
