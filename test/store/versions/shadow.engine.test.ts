/** Two versions that predict for the same requests, one of them as shadow traffic. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { countPredictions, newestPrediction } from '../../../store/events/predictions.ts'
import { reusedIds } from '../../../store/events/quality.ts'
import { rows } from '../../../store/engine/query.ts'
import { readHourlyRows, readQualityCounts } from '../../../store/profiles/quality-counts.ts'
import { readHours } from '../../../store/profiles/profiles.ts'
import { countSlices } from '../../../store/profiles/slicing.ts'
import { openModels } from '../../../store/models.ts'
import { recentTraffic } from '../../../store/views/traffic.ts'
import { readVolume } from '../../../store/views/volume.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const END = START + 4 * HOUR
const NOW = new Date(START + 48 * HOUR)
const span = { from: new Date(START), to: new Date(END) }
const nextGeneration = generationClock()

let store: Awaited<ReturnType<typeof temporaryStore>>
let writer: ReturnType<typeof createWriter>
let model: Model
let tests = 0
let received = NOW.getTime()
const context = () => ({ store, writer, model, source: 'test', now: new Date((received += 1000)) })

interface Sent {
  id: string
  minute: number
  version: string
  shadow?: boolean
  x?: number
}

async function send(...events: Sent[]) {
  const records = events.map(({ id, minute, version, shadow, x = 1 }) => ({
    value: {
      id,
      ts: START + minute * 60_000,
      version,
      shadow,
      features: { x },
      prediction: 'yes',
      score: 0.5,
    },
  }))
  expect((await storePredictions(context(), records)).rejected).toEqual([])
}

async function label(...labels: object[]) {
  expect(
    (
      await storeLabels(
        context(),
        labels.map((value) => ({ value })),
      )
    ).rejected,
  ).toEqual([])
  await rollup({ store, model, now: new Date((received += 1000)), nextGeneration })
}

const labels = () =>
  rows<{ id: string; minute: number }>(
    store.read,
    `SELECT id, intDiv(toUnixTimestamp(hour) - ${START / 1000}, 60) AS minute FROM labels_${model.name} FINAL ORDER BY id, minute`,
  ).then((found) => found.map(({ id, minute }) => `${id} ${minute}`))

beforeAll(async () => {
  store = await temporaryStore()
  writer = createWriter(store)
})

beforeEach(async () => {
  model = modelSchema.parse({
    name: `m${++tests}`,
    task: 'binary',
    positive: 'yes',
    features: { x: { kind: 'numeric', max: 5 } },
  })
  await openModels(store).declare(model, NOW)
})

test('each version keeps its own prediction of a request; one that is sent again replaces itself', async () => {
  await send(
    { id: 'a', minute: 0, version: '1', x: 1 },
    { id: 'a', minute: 0, version: '2', shadow: true, x: 2 },
  )
  await send(
    { id: 'a', minute: 0, version: '2', shadow: true, x: 3 },
    { id: 'a', minute: 5, version: '1', x: 4 },
  )
  const found = await rows(
    store.read,
    `SELECT version, shadow, f_x FROM predictions_${model.name} FINAL ORDER BY version`,
  )
  expect(found).toEqual([
    { version: '1', shadow: 0, f_x: 4 },
    { version: '2', shadow: 1, f_x: 3 },
  ])
})

test('two versions that both serve one request count twice', async () => {
  await send({ id: 'a', minute: 0, version: '1' }, { id: 'a', minute: 0, version: '2' })
  expect(await countPredictions(store, model.name, span.from, span.to)).toBe(2)
})

describe('nothing that is said of the model counts shadow traffic', () => {
  beforeEach(async () => {
    await send(
      ...Array.from({ length: 30 }, (_, i) => ({ id: `r${i}`, minute: i, version: '1' })),
      // The shadow answers later, partly in the next hour, and goes on after the champion has stopped.
      ...Array.from({ length: 30 }, (_, i) => ({
        id: `r${i}`,
        minute: i + 45,
        version: '2',
        shadow: true,
        x: 9,
      })),
      { id: 'later', minute: 200, version: '2', shadow: true },
    )
    await label(...Array.from({ length: 10 }, (_, i) => ({ id: `r${i}`, label: 'yes' })))
    const window = { from: span.from.toISOString(), to: span.to.toISOString() }
    const made = await baselineFromWindow(store, { model, name: 'all', source: { window }, now: NOW })
    if (made.status !== 'created') throw new Error(made.reason)
    await activate(store, model.name, 1, NOW)
    await rollup({ store, model, now: NOW, nextGeneration })
  })

  const binning = async () =>
    (
      await rows<{ binning: string }>(
        store.read,
        `SELECT DISTINCT binning FROM binnings WHERE model = '${model.name}'`,
      )
    )[0].binning
  const x = async (version?: string) => {
    const found = await readHours(store, {
      model: model.name,
      binning: await binning(),
      spans: [span],
      version,
    })
    return found.find(({ column }) => column === 'x')?.counts.reduce((sum, n) => sum + n, 0)
  }

  test('profiles, baselines and slices', async () => {
    expect([await x(), await x('1'), await x('2')]).toEqual([30, 30, 31])
    expect(
      await countSlices(store, { model: model.name, binning: await binning(), spans: [span] }, 'version', 9),
    ).toEqual([
      { slice: '2', rows: 31, shadow: 31 },
      { slice: '1', rows: 30, shadow: 0 },
    ])
    const [{ total }] = await rows<{ total: number }>(
      store.read,
      `SELECT arraySum(counts) AS total FROM baseline_profiles WHERE model = '${model.name}' AND column = 'x' AND segment = ''`,
    )
    expect(total).toBe(30)
  })

  test('volume, freshness and traffic', async () => {
    const { predictions } = await readVolume(store, model.name, { ...span, stepMs: HOUR })
    expect([...predictions]).toEqual([[START, 30]])
    expect(await newestPrediction(store, model.name)).toEqual(new Date(START + 29 * 60_000))
    expect(await newestPrediction(store, model.name, new Date(START + 60_000))).toEqual(new Date(START))
    expect((await recentTraffic(store, [model.name])).get(model.name)).toMatchObject({
      until: new Date(START + 29 * 60_000),
      lastDay: 30,
    })
    const hourly = await readHourlyRows(store, { model: model.name, binning: await binning(), ...span })
    expect(hourly.filter(({ predictions: n }) => n > 0)).toEqual([
      { hour: START, predictions: 30, labels: 10 },
    ])
  })

  test('quality: what it breaks, and an id in another hour', async () => {
    const counts = await readQualityCounts(store, model, { binning: await binning(), spans: [span] })
    expect(counts.violations.get('x')).toMatchObject({ rows: 30 })
    expect(counts.violations.get('x')!.violations.reduce((sum, n) => sum + n, 0)).toBe(0)
    expect(counts.reused).toEqual({ looked: 30, reused: 0 })
    expect(await reusedIds(store, model.name, span.from, span.to)).toBe(0)
  })

  test('once it serves, it counts', async () => {
    await send({ id: 'r0', minute: 45, version: '2', shadow: false })
    await rollup({ store, model, now: new Date(received + 1000), nextGeneration })
    expect([await x(), await x('2')]).toEqual([31, 31])
  })
})

describe('a label goes to every version that saw the request', () => {
  test('in the same hour, and where the shadow answered in the next one', async () => {
    await send({ id: 'a', minute: 59, version: '1' }, { id: 'a', minute: 60, version: '2', shadow: true })
    await label({ id: 'a', label: 'yes' })
    expect(await labels()).toEqual(['a 0', 'a 60'])
  })

  test('also where the shadow is scored hours later', async () => {
    await send({ id: 'a', minute: 0, version: '1' }, { id: 'a', minute: 190, version: '2', shadow: true })
    await label({ id: 'a', label: 'yes' })
    expect(await labels()).toEqual(['a 0', 'a 180'])
  })

  test('but not the older prediction of an id that was used again', async () => {
    await send({ id: 'a', minute: 0, version: '1' }, { id: 'a', minute: 0, version: '2', shadow: true })
    await send({ id: 'a', minute: 200, version: '1' })
    await label({ id: 'a', label: 'yes' })
    expect(await labels()).toEqual(['a 180'])
  })

  test('a shadow prediction that comes after its label takes it as well', async () => {
    await send({ id: 'a', minute: 0, version: '1' })
    await label({ id: 'a', label: 'yes', prediction_ts: START })
    await send({ id: 'a', minute: 1, version: '2', shadow: true })
    expect(await labels()).toEqual(['a 0'])
    const [{ n }] = await rows<{ n: number }>(
      store.read,
      `SELECT count() AS n FROM predictions_${model.name} AS p INNER JOIN labels_${model.name} AS l ON l.id = p.id AND l.hour = toStartOfHour(p.ts)`,
    )
    expect(n).toBe(2)
  })
})
