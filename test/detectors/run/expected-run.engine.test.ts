/** Expected performance through the store: from predictions without labels to results, by slices, and again. */
import { beforeAll, describe, expect, test } from 'vitest'
import { findChangeStart } from '../../../detectors/change-start/find-change-start.ts'
import { reproduce } from '../../../detectors/reproduce/reproduce.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import type { Store } from '../../../store/engine/client.ts'
import { findResult } from '../../../store/results/result-detail.ts'
import type { Result } from '../../../store/results/results.ts'
import { normals, seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const features = { x: 'numeric', origin: 'categorical' } as const
const random = seeded(11)
const normal = normals(random)
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

interface Kind {
  /** Of x, in the origin `ORD` alone where `only` is set. */
  shift?: number
  only?: boolean
  labelled?: boolean
  /** Labels no longer follow the scores. */
  broken?: boolean
  /** Without scores. */
  bare?: boolean
}

let store: Store
let sent = 0

function row(model: Model, { shift = 0, only = false, broken = false, bare = false }: Kind) {
  const origin = random() < 0.5 ? 'ATL' : 'ORD'
  const x = normal() + (only && origin !== 'ORD' ? 0 : shift)
  const score = logistic(1.5 * x - 3)
  const rate = broken ? 1 - score : score
  if (model.task === 'binary') {
    const prediction = score > 0.5 ? 'late' : 'fine'
    const label = random() < rate ? 'late' : 'fine'
    return { features: { x, origin }, prediction, ...(bare ? {} : { score }), label }
  }
  if (model.task === 'regression') {
    // Errors grow with the prediction.
    const spread = Math.exp(0.4 * x) * (broken ? 3 : 1)
    return { features: { x, origin }, prediction: 10 * x, label: 10 * x + spread * normal() }
  }
  const scores = { a: score, b: (1 - score) * 0.97, c: (1 - score) * 0.03 }
  const u = random()
  const label = u < scores.a ? 'a' : u < scores.a + scores.b ? 'b' : 'c'
  return { features: { x, origin }, prediction: scores.a > scores.b ? 'a' : 'b', scores, label }
}

async function send(model: Model, day: number, perHour: number, kind: Kind = {}): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
  const rows = Array.from({ length: 24 * perHour }, (_, i) => ({
    id: `${sent++}`,
    ts: START + day * DAY + Math.floor((i / perHour) * HOUR),
    version: i % 2 === 0 ? '1' : '2',
    ...row(model, kind),
  }))
  await storePredictions(
    context,
    rows.map(({ label: _, ...value }) => ({ value })),
  )
  if (kind.labelled)
    await storeLabels(
      context,
      rows.map(({ id, ts, label }) => ({ value: { id, label, prediction_ts: ts, labelled_at: ts + HOUR } })),
    )
  await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
}

async function makeBaseline(model: Model, days: number): Promise<void> {
  const window = { from: new Date(START).toISOString(), to: new Date(START + days * DAY).toISOString() }
  const outcome = await baselineFromWindow(store, {
    model,
    name: 'days',
    source: { window },
    now: new Date(),
  })
  if (outcome.status !== 'created') throw new Error(outcome.reason)
  await activate(store, model.name, outcome.baseline.version, new Date())
  await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
}

async function run(model: Model, day: number, declared: object = {}): Promise<Result[]> {
  const monitor = monitorSchema.parse({
    name: 'expected',
    model: model.name,
    checks: ['expected_performance'],
    ...declared,
  })
  const end = new Date(START + day * DAY)
  const request = { store, model, monitor, stream: 'predictions', end, now: new Date(), codeVersion: 'test' } as const // prettier-ignore
  const { results } = await runAgainst((await chosenReference(store, model, monitor))!, request)
  return results
}

beforeAll(async () => {
  store = await temporaryStore()
})

const METRICS = { binary: 'log_loss', multiclass: 'accuracy', regression: 'rmse' } as const

describe.each(['binary', 'multiclass', 'regression'] as const)('%s', (task) => {
  const metric = METRICS[task]
  const declared = { features, segments: ['origin'], ...(task === 'binary' && { positive: 'late' }) }
  const model = modelSchema.parse({ name: task, task, ...declared })

  beforeAll(async () => {
    await syncSilver(store, model)
    for (const day of [0, 1, 2]) await send(model, day, 150, { labelled: true })
    await makeBaseline(model, 3)
    await send(model, 3, 60)
    await send(model, 4, 60, { shift: task === 'regression' ? 1 : 2 })
    await send(model, 5, 60, { broken: true })
    await send(model, 6, 120, { shift: task === 'regression' ? 1 : 2, only: true })
  })

  test('nothing changed', async () => {
    const [result] = await run(model, 4)
    expect([result.kind, result.column, result.verdict, result.reason]).toEqual([
      'expected_performance',
      metric,
      'ok',
      'stable',
    ])
    expect(result.statistics[metric]).toBeGreaterThan(0)
  })

  test('what makes scores less certain is a loss before any label has come', async () => {
    const [result] = await run(model, 5)
    expect([result.verdict, result.reason]).toEqual(['critical', 'expected_loss'])
    expect(result.effect).toBeGreaterThan(0.1)
    expect(result.explanation).toMatch(
      /^((Log loss|RMSE) is expected to rise|Accuracy is expected to fall) from [\d.]+ to [\d.]+, a loss of [\d.]+% \(critical threshold 10%\), estimated from 1,4\d\d predictions in the window( \(\d+ more are beyond the baseline and left out\))? before their labels; this holds as long as (labels given the score|the errors at each prediction) are as they were in the baseline\.$/,
    )
  })

  test('a change of the concept is not seen', async () => {
    const [result] = await run(model, 6)
    expect(result.verdict).toBe('ok')
  })

  test('by segments and versions', async () => {
    // Half of the rows of a version are well; accuracy loses less by that than the log loss.
    const diluted = task !== 'multiclass' ? 'critical' : 'warning'
    const results = await run(model, 7, { segments: ['origin'], by_version: true })
    const said = results.map(({ segment, version, verdict }) => [segment || version || 'whole', verdict])
    expect(Object.fromEntries(said)).toMatchObject({
      'origin=ORD': 'critical',
      'origin=ATL': 'ok',
      1: diluted,
      2: diluted,
    })
  })

  test.each([
    ['the whole', {}],
    ['segments and versions', { segments: ['origin'], by_version: true }],
    ['hours in place of the baseline', { baseline: { rolling: '3d' } }],
  ])('results are reproduced: %s', async (_, more) => {
    const results = await run(model, 5, more)
    expect(results.length).toBeGreaterThan(0)
    for (const { id } of results) {
      const stored = (await findResult(store, id))!
      const agrees = { status: 'agrees' }
      expect([stored.segment, stored.version, await reproduce(store, model, stored)]).toEqual([
        stored.segment,
        stored.version,
        { evaluation: agrees, window: agrees, baseline: agrees },
      ])
    }
  })

  test('the change is found to the hour by the scores or predictions', async () => {
    const monitor = monitorSchema.parse({ name: 'expected', model: task, checks: ['expected_performance'] })
    const reference = (await chosenReference(store, model, monitor))!
    const end = new Date(START + 5 * DAY)
    const member = { column: metric, segment: '', version: '', since: end.toISOString() }
    const drifted = { kind: 'expected_performance', members: [member] }
    const found = await findChangeStart({ store, model, monitor, end }, reference, drifted)
    expect(Math.abs(found!.getTime() - (START + 4 * DAY))).toBeLessThanOrEqual(2 * HOUR)
  })

  test('moving hours are compared with, but errors are those of the labelled baseline', async () => {
    const [result] = await run(model, 5, { baseline: { rolling: '1d' } })
    expect([result.verdict, result.baseline.hours?.spans.length]).toEqual(['critical', 1])
  })
})

test('predictions beyond those of the baseline are told, not guessed', async () => {
  const model = modelSchema.parse({ name: 'regression', task: 'regression', features, segments: ['origin'] })
  await send(model, 8, 60, { shift: 4 })
  const [result] = await run(model, 9)
  expect([result.verdict, result.reason]).toEqual(['insufficient_data', 'beyond_baseline'])
  expect(result.explanation).toMatch(
    /^The baseline tells no error for [\d,]+ of 1,440 predictions in the window, because it had hardly any like them: they lie beyond its predictions\.$/,
  )
})

test('accuracy may be chosen for a binary model', async () => {
  const model = modelSchema.parse({ name: 'binary', task: 'binary', features, positive: 'late' })
  const [result] = await run(model, 5, { performance: { metric: 'accuracy' } })
  expect([result.column, result.verdict]).toEqual(['accuracy', 'critical'])
})

describe('where nothing can be expected, the reason is told', () => {
  test.each([
    ['no labels', { name: 'unlabelled', kind: {}, positive: 'late' }, 'no_labels_in_baseline'],
    [
      'no scores',
      { name: 'bare', kind: { labelled: true, bare: true }, positive: 'late' },
      'no_scores_in_baseline',
    ],
    ['unknown class', { name: 'unknown', kind: { labelled: true } }, 'positive_class_unknown'],
  ])('%s', async (_, { name, kind, ...declared }, reason) => {
    const model = modelSchema.parse({ name, task: 'binary', features, ...declared })
    await syncSilver(store, model)
    await send(model, 0, 20, kind)
    await makeBaseline(model, 1)
    await send(model, 1, 20)
    const results = await run(model, 2)
    expect(results.map((one) => [one.kind, one.column, one.verdict, one.reason])).toEqual([
      ['expected_performance', 'log_loss', 'insufficient_data', reason],
    ])
    expect(results[0].explanation).toMatch(/^The baseline /)
  })
})
