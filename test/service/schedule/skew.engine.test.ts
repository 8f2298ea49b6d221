/** From reference features that come days late to a finding, an alert and the rows behind it. */
import pino from 'pino'
import { beforeAll, expect, test } from 'vitest'
import { recommendation } from '../../../alerts/message/message.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock } from '../../../detectors/rollup/rollup.ts'
import { reproduce } from '../../../detectors/reproduce/reproduce.ts'
import { offendingRows } from '../../../detectors/run/quality/offending-rows.ts'
import { chosenReference } from '../../../detectors/run/run.ts'
import { reevaluate } from '../../../detectors/reproduce/reevaluate.ts'
import { totalSkew, type SkewCounts } from '../../../domain/skew.ts'
import { readSkew, type SkewPart } from '../../../store/skew/read-skew.ts'
import { readSkewExamples } from '../../../store/skew/skew-examples.ts'
import { storeReferenceFeatures } from '../../../ingest/intake/store-reference.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import type { QualitySummary } from '../../../domain/data-finding.ts'
import { openModels } from '../../../store/models.ts'
import { findResult } from '../../../store/results/result-detail.ts'
import { rows } from '../../../store/engine/query.ts'
import { featureSource } from '../../../control/declared/model.ts'
import { schedulerMemory, tick } from '../../../service/schedule/scheduler.ts'
import { joinedSkew } from '../../support/samples/joined-skew.ts'
import { DAY, HISTORY_DAYS, model, openQualityModel, PER_HOUR, sendDay, START } from '../../support/samples/quality-model.ts' // prettier-ignore
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const monitor = monitorSchema.parse({ name: 'daily', model: 'm', checks: ['quality'], window: '24h', every: '24h', alert: { fire: '1 of 1' } }) // prettier-ignore
const store = await temporaryStore()
const memory = schedulerMemory()
const counter = createCounter(store, generationClock())
const log = pino({ level: 'silent' })
const END = new Date(START + (HISTORY_DAYS + 1) * DAY)

const evaluate = (at = END.getTime() + 20 * 60_000) =>
  tick({ store, models: openModels(store), log, counter, ...memory }, new Date(at))

type Row = { id: string } & Record<string, unknown>
/** What was served on the day of the window. */
const served = () =>
  rows<Row>(
    store.read,
    `SELECT id, ${model.features.map(({ name }) => `\`${featureSource(name)}\` AS \`${name}\``).join(', ')}
     FROM predictions_m FINAL WHERE ts >= toDateTime(${END.getTime() / 1000 - 86400}, 'UTC') AND ts < toDateTime(${END.getTime() / 1000}, 'UTC')
     ORDER BY id`,
  )

async function reference(change: (row: Row, i: number) => Record<string, unknown>, from = 0, to = Infinity) {
  const records = (await served()).slice(from, to).map(({ id, ...own }, i) => ({
    value: { id, features: change({ id, ...own }, i) },
  }))
  const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
  expect((await storeReferenceFeatures(context, records)).rejected).toEqual([])
}

const results = () =>
  rows<{
    id: string
    column: string
    verdict: string
    reason: string
    explanation: string
    evaluation: string
  }>(
    store.read,
    `SELECT id, column, verdict, reason, explanation, evaluation FROM results
     WHERE monitor = 'daily' AND window_end = toDateTime(${END.getTime() / 1000}, 'UTC')
     ORDER BY evaluated_at DESC, column LIMIT 1 BY column`,
  )
const summary = async () =>
  JSON.parse((await results()).find(({ column }) => column === '')!.evaluation) as QualitySummary
const shareOf = async (name: string) => (await summary()).columns.find(({ column }) => column === name)!.skew
const alert = async () => (await currentAlerts(store.control, { scope: 'alert', kind: 'data' })).at(0)
const features = ({ id: _, ...own }: Row) => own

beforeAll(async () => {
  await openQualityModel(store)
  await sendDay(store, HISTORY_DAYS)
  await monitors.put(store.control, 'daily', monitor, new Date())
  await evaluate()
}, 120_000)

test('without reference features, nothing is said about skew', async () => {
  expect((await results()).map(({ column, verdict }) => [column, verdict])).toEqual([['', 'ok']])
  const { columns, undecided } = await summary()
  expect(columns.filter((column) => 'skew' in column)).toEqual([])
  expect(undecided).toEqual([])
})

test('a few rows are not judged, and the window says so', async () => {
  await reference((row) => ({ ...features(row), distance: 0 }), 0, 10)
  await evaluate(END.getTime() + HOUR)
  expect(await shareOf('distance')).toBe(1)
  expect((await results()).map(({ column }) => column)).toEqual([''])
  expect((await results())[0].explanation).toMatch(/Not checked: skew, until \d+ rows of a window have reference features\./) // prettier-ignore
})

test('reference features that come late have the window judged again, and alert', async () => {
  await reference((row, i) => ({ ...features(row), distance: Number(row.distance) / (i % 2 ? 1.6 : 1) }))
  await evaluate(END.getTime() + 2 * HOUR)
  const found = (await results()).find(({ column }) => column === 'distance')!
  expect([found.verdict, found.reason]).toEqual(['critical', 'skew'])
  expect(found.explanation).toMatch(/^50% of 960 rows were served with a value other than the one computed offline\. On average, served values are \d+ above the reference \(960 rows\)\.$/) // prettier-ignore
  expect(await shareOf('distance')).toBe(0.5)
  // Served through no single precision: all others are the same.
  expect(await shareOf('carrier')).toBe(0)
  const firing = (await alert())!
  expect(firing).toMatchObject({ status: 'firing', members: [{ column: 'distance', finding: 'skew' }] })
  expect(recommendation(firing)).toMatch(/^Compare how the feature is computed online and offline/)
})

test('the rows behind it', async () => {
  const { baseline, columns } = (await chosenReference(store, model, monitor))!
  const column = columns.find(({ name }) => name === 'distance')!
  const found = await offendingRows({ store, model, monitor, end: END }, baseline, column, 'skew')
  expect([found.rows, found.affected, found.examples.length]).toEqual([24 * PER_HOUR, 12 * PER_HOUR, 5])
})

test('a series from the counts is that of the rows, joined', async () => {
  const { baseline } = (await chosenReference(store, model, monitor))!
  const period = { binning: baseline.binning, from: new Date(END.getTime() - DAY), to: END }
  for (const hours of [1, 12, 24]) {
    const { rows: compared, unmatched, notCounted, columns } = await readSkew(store, model, { ...period, hours, now: new Date() }) // prettier-ignore
    expect([compared, unmatched, notCounted]).toEqual([24 * PER_HOUR, 0, 0])
    for (const feature of model.features) {
      const found = columns.get(feature.name)!
      const joined = await joinedSkew(store, model, feature, { ...period, hours })
      expect(found).toHaveLength(24 / hours)
      expect(found.map(counted)).toEqual(joined.map(counted))
      for (const [i, { difference, absolute }] of joined.entries()) {
        expect(found[i].difference).toBeCloseTo(difference, 6)
        expect(found[i].absolute).toBeCloseTo(absolute, 6)
      }
    }
    expect(totalSkew(columns.get('distance')!)).toMatchObject({ rows: 24 * PER_HOUR, differing: 12 * PER_HOUR }) // prettier-ignore
    expect(totalSkew(columns.get('carrier')!)).toMatchObject({ rows: 24 * PER_HOUR, differing: 0 })
  }
  const examples = await readSkewExamples(store, model, model.features[0], period)
  expect(examples.map(({ ts }) => ts)).toEqual(examples.map(({ ts }) => ts).sort((a, b) => b - a))
  expect(examples).toHaveLength(5)
})

/** Sums depend on the order of adding. */
const counted = ({ difference, absolute, ...rest }: SkewPart) => ({
  ...rest,
  sums: [difference, absolute].map(Number.isFinite),
})

test('the result is reproduced from counts, and differs once the reference has changed', async () => {
  const { id } = (await results()).find(({ column }) => column === 'distance')!
  const stored = (await findResult(store, id))!
  expect((await reproduce(store, model, stored)).evaluation).toEqual({ status: 'agrees' })
  expect(reevaluate(stored)).toEqual({ status: 'agrees' })
  const { skew, ...column } = stored.inputs as { skew: SkewCounts }
  const changed = { ...column, skew: { ...skew, differing: skew.differing - 1 } }
  expect(reevaluate({ ...stored, inputs: changed })).toMatchObject({
    status: 'differs',
    differences: [{ what: 'findings.0.share', stored: 0.5 }],
  })
  await reference(features)
  await evaluate(END.getTime() + 3 * HOUR)
  expect((await reproduce(store, model, stored)).evaluation.status).toBe('differs')
})

test('a corrected reference ends the finding', async () => {
  expect(await shareOf('distance')).toBe(0)
  expect((await summary()).columns.flatMap((column) => column.findings)).toEqual([])
})

test('counts of another tolerance are not taken for those of this one', async () => {
  const end = END
  const other = { ...model, skew: { tolerance: 0.5, absolute: 0 } }
  await openModels(store).declare(other, new Date())
  const { baseline, columns } = (await chosenReference(store, other, monitor))!
  const { driftWindows } = await import('../../../detectors/run/drift-windows.ts')
  const { WHOLE } = await import('../../../detectors/run/slices.ts')
  const { hasOtherTolerance, skewCountsIn } = await import('../../../store/skew/skew-counts.ts')
  const sides = await driftWindows({ store, model: other, monitor, end }, baseline, [WHOLE], { withQuality: true })(WHOLE)(new Date(END.getTime() - DAY)) // prettier-ignore
  expect(columns.length).toBeGreaterThan(0)
  expect([hasOtherTolerance(model, sides.kept), hasOtherTolerance(other, sides.kept)]).toEqual([false, true])
  expect([skewCountsIn(model, sides.kept).size, skewCountsIn(other, sides.kept).size]).toEqual([5, 0])
})
