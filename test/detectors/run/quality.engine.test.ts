import { beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import type { QualitySummary } from '../../../domain/data-finding.ts'
import { openModels } from '../../../store/models.ts'
import type { Result } from '../../../store/results/results.ts'
import { uniform } from '../../../bench/support.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const PER_HOUR = 40
const HISTORY_DAYS = 21

const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  features: {
    distance: 'numeric',
    carrier: 'categorical',
    age: { kind: 'numeric', min: 0, max: 120 },
    country: { kind: 'categorical', allowed: ['DE', 'FR'], tolerance: 0.02 },
    volume: 'numeric',
  },
})
const monitor = monitorSchema.parse({
  name: 'daily',
  model: 'm',
  checks: ['feature', 'quality'],
  window: '24h',
})
const store = await temporaryStore()
const random = uniform(11)
let sent = 0

type Features = Record<string, unknown>

/** What an ordinary event says. */
function ordinary(): Features {
  return {
    distance: 100 + 900 * random(),
    carrier: random() < 0.6 ? 'AA' : 'UA',
    age: Math.floor(18 + 60 * random()),
    country: random() < 0.5 ? 'DE' : 'FR',
    volume: random() < 0.05 ? null : random(),
  }
}

/** A day of predictions, each changed as `change` says; ids are new unless `id` gives them. */
async function send(
  day: number,
  change: (features: Features, i: number) => Features = (features) => features,
  {
    perHour = PER_HOUR,
    id = () => String(sent++),
  }: { perHour?: number; id?: (i: number, hour: number) => string } = {},
): Promise<void> {
  const records = []
  for (let hour = 0; hour < 24; hour++)
    for (let i = 0; i < perHour; i++)
      records.push({
        value: {
          id: id(i, hour),
          ts: START + day * DAY + hour * HOUR + i,
          features: change(ordinary(), i),
          prediction: random() < 0.3,
          score: random(),
        },
      })
  const found = await storePredictions(
    { store, writer: createWriter(store), model, source: 'test', now: new Date() },
    records,
  )
  expect(found.rejected).toEqual([])
}

const count = () => rollup({ store, model, now: new Date(), nextGeneration: generationClock() })

async function evaluate(day: number): Promise<Result[]> {
  await count()
  const reference = (await chosenReference(store, model, monitor))!
  const end = new Date(START + (day + 1) * DAY)
  const { results } = await runAgainst(reference, { store, model, monitor, stream: 'predictions', end, now: new Date(), codeVersion: 'test' }) // prettier-ignore
  return results.filter(({ kind }) => kind === 'data')
}

const foundIn = (results: readonly Result[]) =>
  results
    .filter(({ column }) => column !== '')
    .map(({ column, reason, verdict }) => `${column}: ${reason} ${verdict}`)

const summaryOf = (results: readonly Result[]) =>
  results.find(({ column }) => column === '')!.evaluation as QualitySummary

beforeAll(async () => {
  await openModels(store).declare(model, new Date())
  for (let day = 0; day < HISTORY_DAYS; day++) await send(day)
  await count()
  const window = { from: new Date(START).toISOString(), to: new Date(START + 14 * DAY).toISOString() }
  await baselineFromWindow(store, { model, name: 'first weeks', source: { window }, now: new Date() })
  await activate(store, 'm', 1, new Date())
}, 60_000)

describe('the quality of the data', () => {
  let nextDay = HISTORY_DAYS

  test('is found to be in order where nothing is wrong', async () => {
    const results = await evaluate(HISTORY_DAYS - 1)
    expect(results.map(({ column, verdict, reason }) => [column, verdict, reason])).toEqual([
      ['', 'ok', 'checked'],
    ])
    const { columns, model: ofModel, undecided, rows } = summaryOf(results)
    expect(rows).toBe(24 * PER_HOUR)
    expect(columns.map(({ column, decided }) => [column, decided])).toEqual(
      ['distance', 'carrier', 'age', 'country', 'features.volume', 'prediction', 'score'].map((name) => [
        name,
        true,
      ]),
    )
    expect([ofModel, undecided]).toEqual([[], []])
  })

  test.each<[name: string, change: (features: Features, i: number) => Features, expected: string[]]>([
    ['a unit that changed', (one) => ({ ...one, distance: Number(one.distance) * 1.6 }), ['distance: range critical']],
    ['a join that failed', (one, i) => ({ ...one, carrier: i % 2 ? null : one.carrier }), ['carrier: missing critical']],
    ['text for a number', (one, i) => ({ ...one, distance: i % 10 ? one.distance : `${String(one.distance)} km` }), ['distance: invalid critical']],
    ['a new category', (one, i) => ({ ...one, carrier: i % 20 ? one.carrier : 'ZZ' }), ['carrier: unseen warning']],
    ['a sensor that is stuck', (one) => ({ ...one, distance: 512 }), ['distance: constant warning']],
    ['a feature that is renamed', ({ distance, ...one }) => ({ ...one, distanse: distance }), ['distance: schema critical', 'unknown_features: unknown_features warning']],
    ['a value that is not declared', (one, i) => ({ ...one, age: i === 0 ? 999 : one.age }), ['age: range warning']],
    ['values beyond what is tolerated', (one, i) => ({ ...one, country: i < 6 ? 'de' : one.country }), ['country: range critical']],
    ['a feature that is called like a finding', (one) => ({ ...one, volume: 'x' }), ['features.volume: invalid critical']],
  ])('%s', async (name, change, expected) => {
    const day = nextDay++
    await send(day, change)
    const results = await evaluate(day)
    expect(foundIn(results), name).toEqual(expected)
  }) // prettier-ignore

  test('half of the traffic', async () => {
    const day = nextDay++
    await send(day, undefined, { perHour: PER_HOUR / 2 })
    const results = await evaluate(day)
    expect(foundIn(results)).toEqual(['volume: volume warning'])
    expect(results.at(-1)!.explanation).toMatch(/fewer than usual/)
  })

  test('ids that stand in every hour', async () => {
    const day = nextDay++
    await send(day, undefined, { id: (i) => `same-${i}` })
    expect(foundIn(await evaluate(day))).toEqual(['duplicates: duplicates critical'])
  })

  test('is not judged on too few rows, and says so', async () => {
    const day = nextDay++
    await send(day, undefined, { perHour: 2 })
    const results = await evaluate(day)
    expect(summaryOf(results).columns.every(({ decided }) => !decided)).toBe(true)
    expect(results[0].explanation).toMatch(/Not checked: 7 of the columns, which have too few rows/)
  })
})
