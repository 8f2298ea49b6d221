/** Champion and challenger within segments, from stored rows. */
import { beforeAll, describe, expect, test } from 'vitest'
import { experimentSchema, type ExperimentDeclaration } from '../../../control/declared/experiment.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { compareInSegments } from '../../../detectors/run/experiments/segments.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { openModels } from '../../../store/models.ts'
import { seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 30
const NASTY = "o'hare\\ `x`"

let store: Awaited<ReturnType<typeof temporaryStore>>
let model: Model

/** Scores of a row by version: the challenger is worse where the name is nasty, better where there is none. */
interface Row {
  at: number
  id: string
  origin: string | null
  size: number | null
  late: boolean
  champion: number
  challenger: number
}
const random = seeded(7)
const rows: Row[] = Array.from({ length: HOURS * 60 }, (_, i) => {
  const origin = [NASTY, 'JFK', null][i % 3]
  const late = random() < 0.5
  const off = 0.3 + 0.1 * random()
  const more = (origin === NASTY ? 0.1 : origin === null ? -0.1 : 0) + 0.1 * (random() - 0.5)
  const score = (by: number) => (late ? 1 - by : by)
  return {
    ...{ at: START + i * 60_000, id: `r${i}`, origin, size: i % 50 === 0 ? null : i % 25, late },
    ...{ champion: score(off), challenger: score(off + more) },
  }
})

beforeAll(async () => {
  store = await temporaryStore()
  model = modelSchema.parse({
    ...{ name: 'shop', task: 'binary', positive: 'yes', segments: ['origin', 'size'] },
    features: { origin: 'categorical', size: 'numeric' },
  })
  const models = openModels(store)
  await models.declare(model, new Date(START))
  const writer = createWriter(store)
  const context = { store, writer, model, source: 'test', now: new Date(START + 100 * HOUR) }
  const sent = (version: string, of: readonly Row[]) =>
    of.map((row) => ({
      value: {
        ...{ id: row.id, ts: row.at, version, features: { origin: row.origin, size: row.size } },
        score: version === '2' ? row.challenger : row.champion,
      },
    }))
  const split = rows.map((row, i) => ({ ...row, id: `s${row.id}`, version: String(3 + (i % 2)) }))
  await storePredictions(context, [
    ...['1', '2'].flatMap((version) => sent(version, rows)),
    ...split.flatMap((row) => sent(row.version, [row])),
  ])
  const labels = rows.flatMap(({ id, at, late }) =>
    [id, `s${id}`].map((of) => ({
      value: { id: of, label: late ? 'yes' : 'no', prediction_ts: at, labelled_at: at + HOUR },
    })),
  )
  expect((await storeLabels(context, labels)).rejected).toEqual([])
})

function compare(more: Partial<ExperimentDeclaration> = {}) {
  const experiment = experimentSchema.parse({
    ...{ name: 'e', model: 'shop', champion: '1', challenger: '2', metric: 'brier', ...more },
  })
  return compareInSegments(
    store,
    { model, experiment },
    { from: new Date(START), to: new Date(START + HOURS * HOUR) },
  )
}

const loss = (score: number, late: boolean) => (score - Number(late)) ** 2
function expected(of: readonly Row[]) {
  const differences = of.map(
    ({ champion, challenger, late }) => loss(challenger, late) - loss(champion, late),
  )
  return differences.reduce((sum, one) => sum + one, 0) / of.length
}

describe('pairs within segments', () => {
  test('have the difference of their own rows, and the worst come first', async () => {
    const found = await compare()
    const origins = found.filter(({ column }) => column === 'origin')
    expect(origins.map(({ value }) => value)).toEqual([NASTY, 'JFK', null])
    for (const { value, ...one } of origins) {
      const own = rows.filter(({ origin }) => origin === value)
      expect(one).toMatchObject({ rows: own.length, hours: HOURS })
      expect(one.difference).toBeCloseTo(expected(own), 12)
      expect(one.lower).toBeLessThan(one.difference)
      expect(one.upper! - one.difference).toBeCloseTo(one.difference - one.lower!, 12)
    }
    expect(origins.map(({ isWorse }) => isWorse)).toEqual([true, false, false])
    expect(found[0]).toMatchObject({ value: NASTY })
  })

  test('are of the 20 most frequent values of a column, and of rows without a value', async () => {
    const sizes = (await compare()).filter(({ column }) => column === 'size')
    expect(sizes).toHaveLength(21)
    expect(sizes.filter(({ value }) => value === null)).toMatchObject([{ rows: 36 }])
    expect(new Set(sizes.map(({ value }) => value))).toContain('1')
  })
})

describe('split traffic within segments', () => {
  test('compares the means of both sides over their own rows', async () => {
    const found = await compare({ champion: '3', challenger: '4', design: 'split' })
    const nasty = found.find(({ value }) => value === NASTY)!
    const own = rows.map((row, i) => ({ ...row, i })).filter(({ origin }) => origin === NASTY)
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
    // A version other than 2 has the champion's scores.
    const lossesOf = (rest: number) =>
      own.filter(({ i }) => i % 2 === rest).map(({ champion, late }) => loss(champion, late))
    expect(nasty.rows).toBe(own.length)
    expect(nasty.difference).toBeCloseTo(mean(lossesOf(1)) - mean(lossesOf(0)), 12)
    expect(found.filter(({ isWorse }) => isWorse)).toEqual([])
  })
})

test('a model without segment columns has no segments', async () => {
  const experiment = experimentSchema.parse({
    ...{ name: 'e', model: 'shop', champion: '1', challenger: '2', metric: 'brier' },
  })
  const span = { from: new Date(START), to: new Date(START + HOUR) }
  expect(await compareInSegments(store, { model: { ...model, segments: [] }, experiment }, span)).toEqual([])
})
