/** Alerts on segments and versions: each has a transition of its own, and ends with what it is about. */
import pino from 'pino'
import { beforeAll, expect, test } from 'vitest'
import { schedulerMemory, tick } from '../../../service/schedule/scheduler.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import type { Store } from '../../../store/engine/client.ts'
import { seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const PER_DAY = 4800
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { x: 'numeric', shop: 'categorical' }, segments: ['shop'] }) // prettier-ignore

let store: Store
const nextGeneration = generationClock()
const random = seeded(3)

/** x moves in shop b, and in version 2 where there is one. */
async function predict(day: number, moved: { shop?: boolean; version?: boolean } = {}): Promise<void> {
  const records = Array.from({ length: PER_DAY }, (_, i) => {
    const [isShop, isVersion] = [i % 20 === 0, moved.version === true && i % 20 === 7]
    const shift = (moved.shop === true && isShop) || isVersion ? 1 : 0
    const value = { id: `${day}-${i}`, ts: START + day * DAY + Math.floor((i * DAY) / PER_DAY), version: isVersion ? '2' : '1', features: { x: random() + shift, shop: isShop ? 'b' : 'a' } } // prettier-ignore
    return { value }
  })
  await storePredictions({ store, writer: createWriter(store), model, source: 'test', now: new Date() }, records) // prettier-ignore
}

async function firing(day: number): Promise<string[]> {
  const now = new Date(START + day * DAY + 11 * 60_000)
  await tick({ store, models: openModels(store), log: pino({ level: 'silent' }), counter: createCounter(store, nextGeneration), ...schedulerMemory() }, now) // prettier-ignore
  const members = await currentAlerts(store.control, { scope: 'member' })
  return members
    .filter(({ status }) => status === 'firing')
    .map(({ column, segment, version }) => `${column} ${segment}${version}`)
    .sort()
}

beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
  await monitors.put(store.control, 'parts', monitorSchema.parse({ name: 'parts', model: 'm', every: '24h', checks: ['feature'], segments: ['shop'], by_version: true, alert: { fire: '1 of 1', resolve: 1 } }), new Date()) // prettier-ignore
  await predict(0)
  const window = { from: new Date(START).toISOString(), to: new Date(START + DAY).toISOString() }
  await baselineFromWindow(store, { model, name: 'first', source: { window }, now: new Date() })
  await activate(store, 'm', 1, new Date())
})

test('a segment and a version fire by themselves, and say which they are', async () => {
  await predict(1)
  expect(await firing(2)).toEqual([])
  await predict(2, { shop: true, version: true })
  expect(await firing(3)).toEqual(['x 2', 'x shop=b'])
  const [event] = await currentAlerts(store.control, { scope: 'alert' })
  expect(event.members).toHaveLength(2)
  expect(event.summary).toMatch(/x \((segment shop=b|version 2)\)/)
})

test('the one that is clean again ends, the other goes on; a version that is gone ends', async () => {
  await predict(3, { version: true })
  expect(await firing(4)).toEqual(['x 2'])
  await predict(4)
  expect(await firing(5)).toEqual([])
  expect((await currentAlerts(store.control, { scope: 'alert' }))[0].status).toBe('resolved')
})
