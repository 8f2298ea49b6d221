/** Concept drift and performance through the store: what monitors find on labelled rows, and when. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { ConceptInput } from '../../../detectors/concept/cell.ts'
import { judgeConcept, type ConceptRule } from '../../../detectors/concept/judge-concept.ts'
import { judgePerformance, type PerformanceRule } from '../../../detectors/performance/judge-performance.ts'
import type { PerformanceSums } from '../../../detectors/performance/metrics.ts'
import type { LossExplanation } from '../../../detectors/performance/explain-loss/explain-loss.ts'
import { reevaluate } from '../../../detectors/reproduce/reevaluate.ts'
import { markDirty } from '../../../store/events/dirty-hours.ts'
import { reproduce } from '../../../detectors/reproduce/reproduce.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { findResult } from '../../../store/results/result-detail.ts'
import type { Result } from '../../../store/results/results.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import type { Store } from '../../../store/engine/client.ts'
import { normals, seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const ORIGINS = ['ATL', 'ORD', 'DFW', 'LAX']
const features = { x: 'numeric', origin: 'categorical' } as const

let store: Store
let sent = 0
const random = seeded(42)

/** How rows are made: x shifts the scores, and in the broken origin labels no longer follow them. */
interface Kind {
  shift?: number
  broken?: string
  unlabelled?: boolean
  bare?: boolean
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const normal = normals(random)

function row(model: Model, kind: Kind) {
  const x = normal() + (kind.shift ?? 0)
  const origin = ORIGINS[Math.floor(random() * ORIGINS.length)]
  const breaks = origin === kind.broken
  if (model.task === 'regression') {
    const prediction = 2 * x
    return { features: { x, origin }, prediction, label: prediction + normal() + (breaks ? 3 : 0) }
  }
  const score = logistic(x - 1)
  const rate = breaks ? 1 - score : score
  if (model.task === 'binary')
    return {
      features: { x, origin },
      prediction: score > 0.5 ? 'late' : 'fine',
      score,
      label: random() < rate ? 'late' : 'fine',
    }
  const scores = { a: score, b: (1 - score) * 0.7, c: (1 - score) * 0.3 }
  const u = random()
  const [p, q] = breaks ? [scores.b, scores.a] : [scores.a, scores.b]
  const prediction = scores.a > scores.b ? 'a' : 'b'
  return { features: { x, origin }, prediction, scores, label: u < p ? 'a' : u < p + q ? 'b' : 'c' }
}

async function send(model: Model, day: number, perHour: number, kind: Kind = {}): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
  const rows = Array.from({ length: 24 * perHour }, (_, i) => ({
    id: `${sent++}`,
    ts: START + day * DAY + Math.floor((i / perHour) * HOUR),
    ...row(model, kind),
  }))
  const records = rows.map(({ label: _, ...value }) =>
    kind.bare ? { id: value.id, ts: value.ts, features: value.features } : value,
  )
  await storePredictions(
    context,
    records.map((value) => ({ value })),
  )
  const labels = rows.map(({ id, ts, label }) => ({
    id,
    label,
    prediction_ts: ts,
    labelled_at: ts + 30 * HOUR,
  }))
  if (!kind.unlabelled)
    await storeLabels(
      context,
      labels.map((value) => ({ value })),
    )
  await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
}

async function makeBaseline(model: Model, fromDay: number, toDay: number): Promise<void> {
  const window = {
    from: new Date(START + fromDay * DAY).toISOString(),
    to: new Date(START + toDay * DAY).toISOString(),
  }
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

async function run(
  model: Model,
  day: number,
  checks = ['concept', 'performance'],
  baseline: object | string = 'training',
): Promise<Map<string, Result>> {
  const monitor = monitorSchema.parse({ name: 'labels', model: model.name, checks, baseline })
  const request = { store, model, monitor, stream: 'labels', end: new Date(START + day * DAY), labelDelay: { delay: 34 * HOUR, source: 'observed' }, now: new Date(), codeVersion: 'test' } as const // prettier-ignore
  const { results } = await runAgainst((await chosenReference(store, model, monitor))!, request)
  return new Map(results.map((result) => [`${result.kind} ${result.column}`, result]))
}

const verdicts = (results: Map<string, Result>) =>
  Object.fromEntries([...results].map(([name, { verdict }]) => [name, verdict]))

beforeAll(async () => {
  store = await temporaryStore()
})

const TASKS = {
  binary: { deciding: ['score'], metric: 'log_loss', positive: 'late' },
  multiclass: { deciding: ['scores.a', 'scores.b', 'scores.c'], metric: 'log_loss' },
  regression: { deciding: ['prediction'], metric: 'rmse' },
}

describe.each(Object.entries(TASKS))('%s', (task, { deciding, metric, ...declared }) => {
  const model = modelSchema.parse({ name: task, task, features, ...declared })
  const names = [
    ...deciding.map((name) => `concept ${name}`),
    'concept x',
    'concept origin',
    `performance ${metric}`,
  ]

  beforeAll(async () => {
    await syncSilver(store, model)
    for (const day of [0, 1, 2, 3]) await send(model, day, 200)
    await makeBaseline(model, 0, 4)
    await send(model, 4, 150)
    await send(model, 5, 150, { shift: 1.5 })
    await send(model, 6, 150, { broken: 'ATL' })
  })

  test('nothing changed: all is well', async () => {
    expect(verdicts(await run(model, 5))).toEqual(Object.fromEntries(names.map((name) => [name, 'ok'])))
  })

  test('a shift of the features is not a change of the concept', async () => {
    const results = await run(model, 6)
    const concept = [...results.values()].filter(({ kind }) => kind === 'concept')
    for (const name of deciding) expect(results.get(`concept ${name}`)!.verdict).toBe('ok')
    // What moves given a feature is told, and not borne out by the columns that decide.
    const others = concept.filter(({ column }) => !deciding.includes(column))
    expect(others.length).toBeGreaterThan(0)
    for (const { verdict, reason, effect } of others)
      expect([verdict, reason]).toEqual(effect! >= 0.1 ? ['unconfirmed', 'unconfirmed'] : ['ok', 'stable'])
  })

  test('labels that no longer follow the scores in one place are, and the place is named', async () => {
    const results = await run(model, 7)
    for (const name of deciding)
      expect(['warning', 'critical']).toContain(results.get(`concept ${name}`)!.verdict)
    const origin = results.get('concept origin')!
    expect(origin.verdict).toBe('critical')
    expect(origin.explanation).toMatch(
      /^At the same values, labels differ by an effect of .* mostly at ATL, where/,
    )
    const performance = results.get(`performance ${metric}`)!
    expect(performance).toMatchObject({ verdict: 'critical', reason: 'performance' })
    expect(performance.explanation).toMatch(
      /[Tt]he rise of the (log loss|mean squared error) by [\d.]+(, [\d.]+)? comes from how the label relates to "origin" \(mostly ATL\)/,
    )
  })

  test('where a loss comes from can be computed again, and is not known of what was counted without losses by bin', async () => {
    const { id } = (await run(model, 7)).get(`performance ${metric}`)!
    const stored = (await findResult(store, id))!
    const { explained } = stored.evaluation as { explained: LossExplanation }
    const { value } = stored.evaluation as { value: { baseline: number; window: number } }
    const unit = metric === 'rmse' ? (mean: number) => mean ** 2 : (mean: number) => mean
    expect(explained.change).toBeCloseTo(unit(value.window) - unit(value.baseline), 9)
    for (const { shift, concept } of explained.columns)
      expect(Math.abs(shift + concept - explained.change)).toBeLessThan(1e-9)
    expect(reevaluate(stored)).toEqual({ status: 'agrees' })
    const altered = { ...stored, evaluation: { ...(stored.evaluation as object), explained: { ...explained, change: 7 } } } // prettier-ignore
    expect(reevaluate(altered).status).toBe('differs')
    const { explained: _, ...former } = stored.evaluation as { explained: unknown }
    const { explained: __, ...inputs } = stored.inputs as { explained: unknown }
    expect(reevaluate({ ...stored, evaluation: former, inputs })).toEqual({ status: 'agrees' })

    const older = `DELETE FROM labelled_profiles WHERE model = '${model.name}' AND role = 'loss:feature' AND hour = toDateTime(${(START + 6 * DAY) / 1000})`
    await store.rollup.command({ query: older })
    const again = (await run(model, 7)).get(`performance ${metric}`)!
    expect(again.evaluation).toMatchObject({ explained: { status: 'not_counted', side: 'window' } })
    expect(again.explanation).not.toMatch(/[Tt]he rise of/)
    expect(reevaluate((await findResult(store, again.id))!)).toEqual({ status: 'agrees' })
    await markDirty(store, model.name, ['labels'], [new Date(START + 6 * DAY)], new Date())
    await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
  })

  test('results hold what they were judged by, and give the same again', async () => {
    for (const result of (await run(model, 7)).values()) {
      const stored = (await findResult(store, result.id))!
      expect(stored.rule).toMatchObject({ labelDelay: { delay: 34 * HOUR, source: 'observed' } })
      if (result.kind === 'concept') {
        const judged = judgeConcept(stored.inputs as ConceptInput, stored.rule as ConceptRule)
        expect(judged.change!.effect).toBe(stored.effect)
        expect(judged.change!.statistic).toBe(stored.statistics.chi_square)
        expect(stored.bins).not.toBeNull()
      } else {
        const { baseline, window } = stored.inputs as Record<'baseline' | 'window', PerformanceSums>
        const judged = judgePerformance(
          metric as 'log_loss',
          baseline.losses,
          window.losses,
          stored.rule as PerformanceRule,
        )
        expect([judged.verdict, judged.effect]).toEqual([stored.verdict, stored.effect])
      }
    }
  })

  test('and from the rows, to the last count', async () => {
    const agrees = { status: 'agrees' }
    for (const { id } of (await run(model, 7)).values()) {
      const found = await reproduce(store, model, (await findResult(store, id))!)
      expect(found).toEqual({ evaluation: agrees, window: agrees, baseline: agrees })
    }
  })

  test('compared with the days before, whose labels are those of hours, not of a stored baseline', async () => {
    const results = await run(model, 7, undefined, { rolling: '3d' })
    for (const name of deciding)
      expect(['warning', 'critical']).toContain(results.get(`concept ${name}`)!.verdict)
    for (const result of results.values()) {
      expect(result.baseline.hours!.spans).toEqual([
        { from: new Date(result.windowStart.getTime() - 3 * DAY), to: result.windowStart },
      ])
      const agrees = { status: 'agrees' }
      const stored = (await findResult(store, result.id))!
      expect(await reproduce(store, model, stored)).toEqual({
        evaluation: agrees,
        window: agrees,
        baseline: agrees,
      })
    }
    const steady = await run(model, 5, undefined, { window: { from: '2026-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' } }) // prettier-ignore
    expect(verdicts(steady)).toEqual(Object.fromEntries(names.map((name) => [name, 'ok'])))
  })

  test('evaluated again they are the same results', async () => {
    const ids = (results: Map<string, Result>) => [...results.values()].map(({ id }) => id)
    expect(ids(await run(model, 7))).toEqual(ids(await run(model, 7)))
  })
})

describe('without what it takes', () => {
  const model = modelSchema.parse({ name: 'bare', task: 'binary', positive: 'late', features })
  const all = ['label', 'concept', 'performance']

  test('a baseline without labels, or without scores and predictions, says so', async () => {
    await syncSilver(store, model)
    await send(model, 0, 20, { unlabelled: true })
    await makeBaseline(model, 0, 1)
    const unlabelled = await run(model, 1, all)
    expect([...unlabelled].map(([name, { verdict, reason }]) => [name, verdict, reason])).toEqual([
      ['concept score', 'insufficient_data', 'no_labels_in_baseline'],
      ['performance log_loss', 'insufficient_data', 'no_labels_in_baseline'],
    ])
    await send(model, 1, 20, { bare: true })
    await makeBaseline(model, 1, 2)
    const bare = await run(model, 2, all)
    expect([...bare].map(([name, { reason }]) => [name, reason])).toEqual([
      ['label label', 'stable'],
      ['concept score', 'no_predictions_in_baseline'],
      ['performance accuracy', 'no_predictions_in_baseline'],
    ])
  })

  test('without scores the predicted class decides, and accuracy', async () => {
    const plain = modelSchema.parse({ name: 'plain', task: 'multiclass', features })
    await syncSilver(store, plain)
    const context = { store, writer: createWriter(store), model: plain, source: 'test', now: new Date() }
    const events = Array.from({ length: 4000 }, (_, i) => {
      const prediction = ['a', 'b', 'c'][i % 3]
      const label = random() < (i < 3000 ? 0.9 : 0.5) ? prediction : 'd'
      return { id: `${i}`, ts: START + i * 60_000, prediction, label, features: { x: i % 7, origin: 'ATL' } }
    })
    await storePredictions(
      context,
      events.map(({ label: _, ...value }) => ({ value })),
    )
    await storeLabels(
      context,
      events.map(({ id, ts, label }) => ({ value: { id, label, prediction_ts: ts } })),
    )
    await makeBaseline(plain, 0, 2)
    expect(verdicts(await run(plain, 3))).toMatchObject({
      'concept prediction': 'critical',
      'performance accuracy': 'critical',
    })
  })

  test('a window without labels, or with few, is extended or says so', async () => {
    const binary = modelSchema.parse({ name: 'binary', task: 'binary', positive: 'late', features })
    const none = await run(binary, 60)
    expect(none.get('concept score')).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
    expect(none.get('performance log_loss')).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
    for (const day of [70, 71, 72, 73, 74, 75, 76, 77]) await send(binary, day, 20)
    const few = await run(binary, 78)
    expect(few.get('concept score')!.verdict).toBe('ok')
    expect(few.get('concept score')!.windowStart.getTime()).toBeLessThan(START + 77 * DAY)
  })

  test('while it is not known how long labels take, nothing is decided', async () => {
    const binary = modelSchema.parse({ name: 'binary', task: 'binary', positive: 'late', features })
    const monitor = monitorSchema.parse({ name: 'labels', model: 'binary', checks: all })
    const request = { store, model: binary, monitor, stream: 'labels', end: new Date(START + 5 * DAY), now: new Date(), codeVersion: 'test' } as const // prettier-ignore
    const { results } = await runAgainst((await chosenReference(store, binary, monitor))!, request)
    expect(results.map(({ kind, column, verdict, reason }) => [kind, column, verdict, reason])).toEqual([
      ['label', 'label', 'insufficient_data', 'label_delay_unknown'],
      ['concept', 'score', 'insufficient_data', 'label_delay_unknown'],
      ['performance', 'log_loss', 'insufficient_data', 'label_delay_unknown'],
    ])
  })
})
