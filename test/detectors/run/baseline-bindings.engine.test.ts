/** Champion and challenger: each version of a model is compared with a baseline of its own. */
import pino from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { schedulerMemory, tick } from '../../../service/schedule/scheduler.ts'
import { reproduce } from '../../../detectors/reproduce/reproduce.ts'
import { createCounter } from '../../../detectors/rollup/counter.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate, baselineFromWindow, bind } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { boundBaselines } from '../../../control/declared/baseline-bindings.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import type { Baseline } from '../../../control/declared/baselines.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import type { Store } from '../../../store/engine/client.ts'
import { labelledOf, readLabelledSliced } from '../../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../../store/labelled/loss-sums.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { monitors, monitorSchema, type MonitorDeclaration } from '../../../control/declared/monitor.ts'
import { silverTables } from '../../../store/events/silver.ts'
import { readSliced, type Stream } from '../../../store/profiles/profiles.ts'
import { rows } from '../../../store/engine/query.ts'
import { findResult } from '../../../store/results/result-detail.ts'
import type { Result } from '../../../store/results/results.ts'
import { normals, seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const PER_DAY = 6000
const model = modelSchema.parse({
  name: 'flights',
  task: 'binary',
  positive: 'late',
  features: { x: 'numeric', origin: 'categorical' },
  segments: ['origin'],
})

let store: Store
let sent = 0
const random = seeded(5)
const normal = normals(random)
const nextGeneration = generationClock()
const rollUp = () => rollup({ store, model, now: new Date(), nextGeneration })
const intake = () => ({ store, writer: createWriter(store), model, source: 'test', now: new Date() })

/** Version 2, every second row, has another x, other scores, and labels that follow these differently. */
async function send(day: number, { broken = false } = {}): Promise<void> {
  const made = Array.from({ length: PER_DAY }, (_, i) => {
    const version = i % 2 === 0 ? '2' : '1'
    const isSecond = version === '2'
    const x = normal() + (isSecond ? 1.5 : 0) + (isSecond && broken ? 1 : 0)
    const score = isSecond ? random() ** 2 : random()
    const isLate = random() < (isSecond ? (broken ? 1 - score : score / 2) : score)
    const origin = ['ATL', 'ORD', 'SEA'][(i % 5) % 3]
    const ts = START + day * DAY + Math.floor((i * DAY) / PER_DAY)
    return {
      event: { id: `${sent++}`, ts, version, features: { x, origin }, prediction: score > 0.5 ? 'late' : 'fine', score }, // prettier-ignore
      label: isLate ? 'late' : 'fine',
    }
  })
  await storePredictions(
    intake(),
    made.map(({ event }) => ({ value: event })),
  )
  const labels = made.map(({ event: { id, ts }, label }) => ({
    value: { id, label, prediction_ts: ts, labelled_at: ts + HOUR },
  }))
  await storeLabels(intake(), labels)
}

async function makeBaseline(version: string): Promise<void> {
  const window = { from: new Date(START).toISOString(), to: new Date(START + 2 * DAY).toISOString(), version }
  const request = { model, name: `version ${version}`, source: { window }, now: new Date() }
  expect((await baselineFromWindow(store, request)).status).toBe('created')
}

async function run(
  declared: Partial<MonitorDeclaration>,
  day: number,
  stream: Stream = 'predictions',
): Promise<Map<string, Result>> {
  const monitor = monitorSchema.parse({ name: 'm', model: model.name, by_version: true, ...declared })
  const labelDelay = stream === 'labels' ? ({ delay: 2 * HOUR, source: 'declared' } as const) : undefined
  const end = new Date(START + day * DAY)
  const request = { store, model, monitor, stream, end, labelDelay, now: new Date(), codeVersion: 'test' }
  const { results } = await runAgainst((await chosenReference(store, model, monitor))!, request)
  return new Map(
    results.map((result) => [
      `${result.kind} ${result.column} ${result.segment || result.version || '-'}`,
      result,
    ]),
  )
}

const DRIFT: Partial<MonitorDeclaration> = { checks: ['feature', 'prediction'] }
const LABELLED: Partial<MonitorDeclaration> = { checks: ['label', 'concept', 'performance'] }

/** What breached of a version. */
const breached = (results: Map<string, Result>, version: string) =>
  [...results].flatMap(([name, result]) =>
    result.version === version && ['warning', 'critical'].includes(result.verdict) ? [name] : [],
  )
const baselinesOf = (results: Map<string, Result>, version: string) => [
  ...new Set([...results.values()].flatMap((one) => (one.version === version ? [one.baseline.version] : []))),
]

const boundTo2 = async (): Promise<Baseline> => (await boundBaselines(store.control, model.name)).get('2')!
const window = (day: number) => [{ from: new Date(START + day * DAY), to: new Date(START + (day + 1) * DAY) }]

/** How many rows are counted over the bins of a baseline, hour by hour in one day. */
async function counted({ binning }: Baseline, by: 'version' | 'segment', only: string[], day: number) {
  const query = { model: model.name, binning, spans: window(day) }
  const found = await readSliced(store, query, { by, only })
  const sums = found.filter(({ column }) => column === 'x')
  return Object.fromEntries(sums.map(({ slice, counts }) => [slice, counts.reduce((a, b) => a + b, 0)]))
}

beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
  for (let day = 0; day < 3; day++) await send(day)
  await makeBaseline('1')
  await makeBaseline('2')
  await activate(store, model.name, 1, new Date())
  await rollUp()
})

describe('a version with a baseline of its own', () => {
  test('drifts from that of the model, and not from its own', async () => {
    const before = await run(DRIFT, 3)
    expect(breached(before, '2')).toEqual(expect.arrayContaining(['feature x 2', 'prediction score 2']))
    expect(breached(await run(LABELLED, 3, 'labels'), '2')).toContain('concept score 2')

    await bind(store, model.name, '2', 2, new Date())
    await rollUp()
    const after = await run(DRIFT, 3)
    expect(breached(after, '2')).toEqual([])
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
    for (const name of ['feature x 2', 'feature origin 2', 'prediction score 2', 'prediction prediction 2'])
      expect(after.get(name)!.verdict, name).toBe('ok')
    const labelled = await run(LABELLED, 3, 'labels')
    expect(breached(labelled, '2')).toEqual([])
    for (const name of ['label label 2', 'concept score 2', 'performance log_loss 2'])
      expect(labelled.get(name)!.verdict, name).toBe('ok')
    for (const found of [after, labelled])
      expect([baselinesOf(found, ''), baselinesOf(found, '1'), baselinesOf(found, '2')]).toEqual([
        [1],
        [1],
        [2],
      ])
  })

  test('all others are evaluated as before, and the budget of false alarms is shared as before', async () => {
    await bind(store, model.name, '2', undefined, new Date())
    await rollUp()
    const free = await run({ ...DRIFT, segments: ['origin'] }, 3)
    await bind(store, model.name, '2', 2, new Date())
    await rollUp()
    const bound = await run({ ...DRIFT, segments: ['origin'] }, 3)
    const evaluations = (results: Map<string, Result>) =>
      [...results].filter(([, { version }]) => version !== '2').map(([name, { id, evaluation, rule }]) => ({ name, id, evaluation, rule })) // prettier-ignore
    expect(evaluations(bound)).toEqual(evaluations(free))
    expect(evaluations(bound).length).toBeGreaterThan(10)
    const alphaOf = (results: Map<string, Result>) =>
      (results.get('feature x 2')!.rule as { alpha: number }).alpha
    expect(alphaOf(bound)).toBe(alphaOf(free))
  })

  test('a real change from its own baseline is found', async () => {
    await send(3, { broken: true })
    await rollUp()
    const results = await run(DRIFT, 4)
    expect(breached(results, '2')).toEqual(['feature x 2'])
    expect(results.get('feature x 2')).toMatchObject({ verdict: 'critical', baseline: { version: 2 } })
    const labelled = breached(await run(LABELLED, 4, 'labels'), '2')
    expect(labelled).toEqual(expect.arrayContaining(['concept score 2', 'performance log_loss 2']))
    expect(breached(results, '1')).toEqual([])
  })

  test('a monitor that names a baseline compares all versions with that', async () => {
    expect(baselinesOf(await run({ ...DRIFT, baseline: { data: 1 } }, 3), '2')).toEqual([1])
    const rolling = await run({ ...DRIFT, baseline: { rolling: '2d' } }, 3)
    expect(baselinesOf(rolling, '2')).toEqual([1])
    expect(breached(rolling, '2')).toContain('feature x 2')
  })

  test('where that baseline has no labels, its checks say so and those of others go on', async () => {
    await storePredictions(intake(), [{ value: { id: 'bare', ts: START - DAY, version: '3', features: { x: 1 }, score: 0.5 } }]) // prettier-ignore
    const source = {
      window: { from: new Date(START - DAY).toISOString(), to: new Date(START).toISOString() },
    }
    await baselineFromWindow(store, { model, name: 'bare', source, now: new Date() })
    await bind(store, model.name, '2', 3, new Date())
    await rollUp()
    const labelled = await run(LABELLED, 3, 'labels')
    for (const name of ['concept score 2', 'performance log_loss 2'])
      expect(labelled.get(name), name).toMatchObject({ verdict: 'insufficient_data', reason: 'no_labels_in_baseline', baseline: { version: 3 } }) // prettier-ignore
    expect(labelled.get('concept score -')!.reason).not.toBe('no_labels_in_baseline')
    expect(labelled.get('performance log_loss 1')!.verdict).toBe('ok')
    await bind(store, model.name, '2', 2, new Date())
    await rollUp()
  })
})

describe('moving baselines', () => {
  const own: Partial<MonitorDeclaration> = { baseline: { rolling: '2d', own_version: true } }

  test('each version is compared with its own rows, where the monitor says so', async () => {
    const results = await run({ ...DRIFT, ...own, segments: ['origin'] }, 3)
    expect(breached(results, '1')).toEqual([])
    expect(breached(results, '2')).toEqual([])
    expect(results.get('feature x 2')).toMatchObject({ verdict: 'ok', baseline: { hours: { version: '2' } } })
    expect(results.get('feature x -')!.baseline.hours!.version).toBeUndefined()
    expect(results.get('feature x origin=ATL')!.verdict).toBe('ok')
    const labelled = await run({ ...LABELLED, ...own }, 3, 'labels')
    expect(breached(labelled, '2')).toEqual([])
    expect(labelled.get('label label 2')!.verdict).toBe('ok')
    for (const [name, { version, baseline }] of labelled)
      expect(baseline.hours!.version ?? '', name).toBe(version)
    expect(breached(await run({ ...LABELLED, ...own }, 4, 'labels'), '2')).toContain('performance log_loss 2')
  })

  test('are declared as one or the other', () => {
    const declare = (baseline: object) => monitorSchema.safeParse({ name: 'm', model: 'm', baseline }).success
    expect(declare({ seasonal: '2w', own_version: true })).toBe(true)
    expect(declare({ seasonal: '2w', own_version: true, version: '1' })).toBe(false)
    expect(declare({ data: 1, own_version: true })).toBe(false)
  })
})

describe('results come out again from what is stored', () => {
  const cases: [string, Partial<MonitorDeclaration>, Stream][] = [
    ['columns', DRIFT, 'predictions'],
    ['labels, concept and performance', LABELLED, 'labels'],
    [
      'columns against own hours',
      { ...DRIFT, baseline: { rolling: '2d', own_version: true } },
      'predictions',
    ],
    ['labels against own hours', { ...LABELLED, baseline: { rolling: '2d', own_version: true } }, 'labels'],
  ]

  test.each(cases)('%s', async (_, declared, stream) => {
    const results = await run(declared, 3, stream)
    expect(new Set([...results.values()].map(({ version }) => version))).toEqual(new Set(['', '1', '2']))
    const agrees = { status: 'agrees' }
    for (const [name, { id }] of results)
      expect(await reproduce(store, model, (await findResult(store, id))!), name).toEqual({
        evaluation: agrees,
        window: agrees,
        baseline: agrees,
      })
  })
})

describe('counting over the bins of both baselines', () => {
  const generations = () =>
    rows<object>(store.read, 'SELECT binning, part, hour, generation FROM hours FINAL ORDER BY ALL')

  test('of a bound baseline only rows of its version are counted, by segment as well', async () => {
    const bound = await boundTo2()
    const total = PER_DAY / 2
    expect(await counted(bound, 'version', ['1', '2', '3'], 2)).toEqual({ 2: total })
    expect(await counted(bound, 'segment', [''], 2)).toEqual({ '': total })
    const split = await counted(bound, 'segment', ['origin=ATL', 'origin=ORD', 'origin=SEA'], 2)
    expect(split).toEqual({
      'origin=ATL': 0.4 * total,
      'origin=ORD': 0.4 * total,
      'origin=SEA': 0.2 * total,
    })
    const query = { model: model.name, binning: bound.binning, spans: window(2) }
    const sums = await readLabelledSliced(store, query, { by: 'version', only: ['1', '2'] })
    expect(new Set(sums.map(({ slice }) => slice))).toEqual(new Set(['2']))
    expect(lossSumsOf(labelledOf(sums, 'loss')).rows).toBe(total)
  })

  test('a roll-up that is repeated changes nothing', async () => {
    const before = await generations()
    expect(await rollUp()).toBe(0)
    expect(await generations()).toEqual(before)
  })

  test('late rows, and rows of several versions for one request, are counted where they belong', async () => {
    const bound = await boundTo2()
    const before = (await counted(bound, 'version', ['2'], 2))['2']
    const late = (id: string, version: string, x: number) => ({
      value: {
        id,
        ts: START + 2 * DAY,
        version,
        features: { x, origin: 'ATL' },
        prediction: 'late',
        score: 1,
      },
    })
    await storePredictions(intake(), [late('a', '2', 1), late('b', '2', 1), late('c', '1', 1)])
    await rollUp()
    expect((await counted(bound, 'version', ['2'], 2))['2']).toBe(before + 2)
    await storePredictions(intake(), [late('a', '1', 1), late('b', '2', 5)])
    await rollUp()
    expect((await counted(bound, 'version', ['2'], 2))['2']).toBe(before + 2)
  })

  test('an hour that has lost all its rows of the version is emptied, one that had none is not touched', async () => {
    const bound = await boundTo2()
    const at = START - 2 * DAY
    const row = (version: string) => [{ value: { id: 'alone', ts: at, version, features: { x: 1 } } }]
    const published = async () =>
      (await generations()).filter((hour) => JSON.stringify(hour).includes(bound.binning)).length
    await storePredictions(intake(), row('2'))
    await rollUp()
    expect(await counted(bound, 'version', ['2'], -2)).toEqual({ 2: 1 })
    const { predictions } = silverTables(model.name, store.shards.local)
    const query = `DELETE FROM ${predictions} WHERE id = 'alone'`
    await store.shards.each((client) => client.command({ query }))
    await storePredictions(intake(), row('1'))
    await rollUp()
    expect((await counted(bound, 'version', ['2'], -2))['2'] ?? 0).toBe(0)
    const hours = await published()
    await storePredictions(intake(), [{ value: { id: 'other', ts: at + 5 * HOUR, version: '1', features: { x: 1 } } }]) // prettier-ignore
    await rollUp()
    expect(await published()).toBe(hours)
  })

  test('a baseline that is also the active one is counted in full', async () => {
    await activate(store, model.name, 2, new Date())
    await rollUp()
    const found = await counted(await boundTo2(), 'version', ['1', '2'], 1)
    expect(found).toEqual({ 1: PER_DAY / 2, 2: PER_DAY / 2 })
    expect(baselinesOf(await run(DRIFT, 3), '1')).toEqual([2])
    await activate(store, model.name, 1, new Date())
    await rollUp()
  })

  test('two versions can share a baseline', async () => {
    await bind(store, model.name, '1', 2, new Date())
    await rollUp()
    const results = await run(DRIFT, 3)
    expect([baselinesOf(results, ''), baselinesOf(results, '1'), baselinesOf(results, '2')]).toEqual([
      [1],
      [2],
      [2],
    ])
    expect(breached(results, '1')).toContain('feature x 1')
    expect(results.get('feature x 1')!.window.profile.counts.reduce((a, b) => a + b, 0)).toBe(PER_DAY / 2 + 2)
    await bind(store, model.name, '1', undefined, new Date())
    await rollUp()
  })
})

describe('the running service', () => {
  const context = () => ({ store, models: openModels(store), log: pino({ level: 'silent' }), counter: createCounter(store, nextGeneration), ...schedulerMemory() }) // prettier-ignore

  test('an alert names the baseline of the version that fired', async () => {
    const declared = { name: 'versions', model: model.name, every: '24h', checks: ['feature'], by_version: true, alert: { fire: '1 of 1', resolve: 1 } } // prettier-ignore
    await monitors.put(store.control, 'versions', monitorSchema.parse(declared), new Date())
    await send(4, { broken: true })
    await tick(context(), new Date(START + 5 * DAY + 11 * 60_000))
    const members = await currentAlerts(store.control, { scope: 'member' })
    const second = members.find(({ column, version }) => column === 'x' && version === '2')!
    expect(second).toMatchObject({ status: 'firing', baseline: 'baseline 2 (version 2)' })
    const [alert] = await currentAlerts(store.control, { scope: 'alert' })
    expect(alert.summary).toContain('baseline 2 (version 2)')
  })

  test('binding evaluates the newest windows again', async () => {
    const results = () =>
      rows<{ baseline: number }>(
        store.read,
        `SELECT baseline FROM results WHERE monitor = 'versions' AND version = '2' AND column = 'x' ORDER BY evaluated_at`,
      )
    expect((await results()).map(({ baseline }) => baseline)).toEqual([2])
    await bind(store, model.name, '2', undefined, new Date())
    await tick(context(), new Date(START + 5 * DAY + 12 * 60_000))
    expect((await results()).map(({ baseline }) => baseline)).toEqual([2, 1])
  })

  test('a model that is removed leaves no binding behind', async () => {
    await bind(store, model.name, '2', 2, new Date())
    const columns = await baselineColumns(store, model, await boundTo2())
    expect(columns.length).toBeGreaterThan(3)
    await monitors.remove(store.control, 'versions')
    await openModels(store).remove(model.name)
    expect(await boundBaselines(store.control, model.name)).toEqual(new Map())
  })
})
