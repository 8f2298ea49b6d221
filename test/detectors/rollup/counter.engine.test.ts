import { beforeAll, expect, test } from 'vitest'
import { createCounter, waitUntilCounted } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { dirtyHours } from '../../../store/events/dirty-hours.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import type { Store } from '../../../store/engine/client.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2024, 0, 1)
const model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })

let store: Store
const send = (hour: number) =>
  storePredictions(
    { store, writer: createWriter(store), model, source: 'test', now: new Date() },
    Array.from({ length: 300 }, (_, i) => ({
      value: { id: `${hour} ${i}`, ts: START + hour * HOUR, features: { x: i } },
    })),
  )
const dirty = async () => (await dirtyHours(store, 'm', new Date())).length

beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
  await send(0)
  const window = { from: new Date(START).toISOString(), to: new Date(START + HOUR).toISOString() }
  await baselineFromWindow(store, { model, name: 'first', source: { window }, now: new Date() })
  await activate(store, 'm', 1, new Date())
})

test('who asks at the same time waits for one roll-up after the other, and an hour is counted once', async () => {
  const counter = createCounter(store, generationClock())
  await counter(model, new Date())
  await send(1)
  const counted = await Promise.all([counter(model, new Date()), counter(model, new Date())])
  expect(counted).toEqual([1, 0])
})

test('another process is waited for, as far as it has to count what was stored before', async () => {
  expect(await waitUntilCounted(store, model, () => new Date())).toBe(true)
  await send(2)
  let isCounted = false
  const waiting = waitUntilCounted(store, model, () => new Date()).then((found) => (isCounted = found))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(isCounted).toBe(false)
  await createCounter(store, generationClock())(model, new Date())
  await send(3)
  expect(await waiting).toBe(true)
  expect(await dirty()).toBeGreaterThan(0)
})

test('one that does not count is not waited for without an end', async () => {
  let now = Date.now()
  expect(await waitUntilCounted(store, model, () => new Date((now += 60_000)))).toBe(false)
})
