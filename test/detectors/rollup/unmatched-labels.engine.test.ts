/** Labels that name an hour in which their prediction is not: they count nowhere, and are counted as such. */
import { beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import { eraseRows } from '../../../store/erasure/erase-rows.ts'
import type { Store } from '../../../store/engine/client.ts'
import { readVolume } from '../../../store/views/volume.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 31, 20)
const model = modelSchema.parse({ name: 'm', task: 'binary', positive: 'yes', features: { x: 'numeric' } })

let store: Store
let wallClock = Date.UTC(2026, 5, 1)
const now = () => new Date((wallClock += 1000))
const nextGeneration = generationClock()
const context = () => ({ store, writer: createWriter(store), model, source: 'test', now: now() })

const predict = (id: string, hour: number, more: object = {}) =>
  storePredictions(context(), [{ value: { id, ts: START + hour * HOUR, score: 0.5, features: { x: 1 }, ...more } }]) // prettier-ignore
const label = (id: string, hour: number, value: string | null = 'yes') =>
  storeLabels(context(), [{ value: { id, label: value, prediction_ts: START + hour * HOUR } }])

/** Of the hours `[from, to)` after the start, once all is counted. */
async function unmatched(from = 0, to = 48): Promise<number[]> {
  await rollup({ store, model, now: now(), nextGeneration })
  const period = { from: new Date(START + from * HOUR), to: new Date(START + to * HOUR), stepMs: HOUR }
  const { unmatchedLabels, misplacedLabels } = await readVolume(store, model.name, period)
  return [unmatchedLabels, misplacedLabels]
}

beforeAll(async () => {
  store = await temporaryStore()
  await syncSilver(store, model)
})

test('a label whose prediction is in another hour is counted, before there is any baseline', async () => {
  await predict('skewed', 1)
  await predict('right', 1)
  await label('right', 1)
  expect(await unmatched()).toEqual([0, 0])
  await label('skewed', 2)
  expect(await unmatched()).toEqual([1, 1])
  expect(await unmatched(1, 2)).toEqual([0, 0])
  expect(await unmatched(2, 3)).toEqual([1, 1])
})

test('sent again, it counts once', async () => {
  await label('skewed', 2)
  expect(await unmatched()).toEqual([1, 1])
})

test('a label that comes before its prediction is counted until the prediction comes', async () => {
  await label('early', 4)
  expect(await unmatched()).toEqual([2, 1])
  await predict('early', 4)
  expect(await unmatched()).toEqual([1, 1])
})

test('once the prediction of an early label comes in another hour, that is told', async () => {
  await label('early and skewed', 8)
  expect(await unmatched(8, 9)).toEqual([1, 0])
  await predict('early and skewed', 9)
  expect(await unmatched(8, 9)).toEqual([1, 1])
  await label('early and skewed', 9)
  expect(await unmatched(8, 9)).toEqual([0, 0])
})

test('an id with predictions and labels in several hours is not counted', async () => {
  for (const hour of [5, 6]) await predict('reused', hour)
  for (const hour of [5, 6]) await label('reused', hour)
  expect(await unmatched()).toEqual([1, 1])
})

test('a prediction of shadow traffic is one that the label serves', async () => {
  await predict('shadow', 7, { version: '2', shadow: true })
  await label('shadow', 7)
  expect(await unmatched()).toEqual([1, 1])
})

test('hours that are far apart are counted in one roll-up', async () => {
  for (const hour of [10, 20, 30, 40]) await label('right', hour)
  expect(await unmatched()).toEqual([5, 5])
  expect(await unmatched(10, 31)).toEqual([3, 3])
})

test('sent again without the time or with that of its prediction, it counts, and is no longer counted as unmatched', async () => {
  for (const [id, hour] of [
    ['mended', 11],
    ['moved', 12],
  ] as const) {
    // prettier-ignore
    await predict(id, 21)
    await label(id, hour)
  }
  expect(await unmatched(11, 13)).toEqual([2, 2])
  await storeLabels(context(), [{ value: { id: 'mended', label: 'yes' } }])
  expect(await unmatched(11, 13)).toEqual([1, 1])
  await label('moved', 21)
  expect(await unmatched(11, 13)).toEqual([0, 0])
})

test('labels without a prediction in their hour are none of the labels of predictions, mended or not', async () => {
  const period = { from: new Date(START + 11 * HOUR), to: new Date(START + 22 * HOUR), stepMs: HOUR }
  const { labels } = await readVolume(store, model.name, period)
  expect([...labels]).toEqual([[START + 21 * HOUR, 2]])
})

test('a correction that names another hour than the label before it is counted', async () => {
  await label('moved', 12, 'no')
  expect(await unmatched(11, 13)).toEqual([1, 1])
  await label('moved', 21, 'no')
  expect(await unmatched(11, 13)).toEqual([0, 0])
})

test('one that is withdrawn or erased is no longer counted', async () => {
  await label('skewed', 2, null)
  expect(await unmatched()).toEqual([4, 4])
  await eraseRows(store, model.name, ['right'], now())
  expect(await unmatched()).toEqual([0, 0])
})
