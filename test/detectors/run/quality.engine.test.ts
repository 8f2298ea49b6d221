import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate } from '../../../ingest/baseline/baseline.ts'
import { baselineFromFile, stageBaseline } from '../../../ingest/baseline/file-baseline.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import type { QualitySummary } from '../../../domain/data-finding.ts'
import type { Result } from '../../../store/results/results.ts'
import {
  countHours,
  DAY,
  HISTORY_DAYS,
  model,
  openQualityModel,
  PER_HOUR,
  sendDay,
  START,
  type Features,
} from '../../support/samples/quality-model.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const monitor = monitorSchema.parse({
  name: 'daily',
  model: 'm',
  checks: ['feature', 'quality'],
  window: '24h',
})
const store = await temporaryStore()

async function evaluate(day: number): Promise<Result[]> {
  await countHours(store)
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

beforeAll(() => openQualityModel(store), 60_000)

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
    await sendDay(store, day, change)
    const results = await evaluate(day)
    expect(foundIn(results), name).toEqual(expected)
  }) // prettier-ignore

  test('half of the traffic', async () => {
    const day = nextDay++
    await sendDay(store, day, undefined, { perHour: PER_HOUR / 2 })
    const results = await evaluate(day)
    expect(foundIn(results)).toEqual(['volume: volume warning'])
    expect(results.at(-1)!.explanation).toMatch(/fewer than usual/)
  })

  test('ids that stand in every hour', async () => {
    const day = nextDay++
    await sendDay(store, day, undefined, { id: (i) => `same-${i}` })
    expect(foundIn(await evaluate(day))).toEqual(['duplicates: duplicates critical'])
  })

  test('is not judged on too few rows, and says so', async () => {
    const day = nextDay++
    await sendDay(store, day, undefined, { perHour: 2 })
    const results = await evaluate(day)
    expect(summaryOf(results).columns.every(({ decided }) => !decided)).toBe(true)
    expect(results[0].explanation).toMatch(/Not checked: 7 of the columns, which have too few rows/)
  })

  test('compares unusable values with those of the file that the baseline is from', async () => {
    const day = nextDay++
    await useFileBaseline((i) => (i % 10 ? String(100 + (i % 900)) : 'unknown'))
    await sendDay(store, day, (one, i) => ({ ...one, distance: i % 10 ? one.distance : 'unknown' }))
    const results = await evaluate(day)
    expect(foundIn(results).filter((found) => found.startsWith('distance'))).toEqual([])
    const { columns } = summaryOf(results)
    expect(columns.find(({ column }) => column === 'distance')).toMatchObject({ invalid: 0.1, missing: 0.1 })
  })
})

/** Compares with a file of ordinary rows, of which `distance` tells the cells of one column. */
async function useFileBaseline(distance: (row: number) => string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-quality-'))
  try {
    const lines = Array.from({ length: 2000 }, (_, i) => `${distance(i)},${i % 5 < 3 ? 'AA' : 'UA'},${18 + (i % 60)},${i % 2 ? 'DE' : 'FR'},${i % 20 ? (i % 100) / 100 : ''}`) // prettier-ignore
    const path = join(directory, 'training.csv')
    writeFileSync(path, ['distance,carrier,age,country,volume', ...lines, ''].join('\n'))
    const staged = await stageBaseline(store, path, directory, model)
    if (staged.status !== 'staged') throw new Error(staged.reason)
    const now = new Date()
    const made = await baselineFromFile(store, staged.file, { model, name: 'file', source: { file: path }, now }) // prettier-ignore
    if (made.status !== 'created') throw new Error(made.reason)
    await staged.file.drop()
    await activate(store, model.name, made.baseline.version, now)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
