/** What monitors find in segments and versions that the whole model hides. */
import { beforeAll, describe, expect, test } from 'vitest'
import { reproduce } from '../../../detectors/reproduce/reproduce.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { rulesOf } from '../../../detectors/run/rules.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { WHOLE } from '../../../detectors/run/slices.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitorSchema, type MonitorDeclaration } from '../../../control/declared/monitor.ts'
import type { Stream } from '../../../store/profiles/profiles.ts'
import { findResult } from '../../../store/results/result-detail.ts'
import type { Result } from '../../../store/results/results.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import type { Store } from '../../../store/engine/client.ts'
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
const random = seeded(11)
const normal = normals(random)

interface Change {
  /** In SEA, one row in twenty: x moves, and labels no longer follow scores. */
  broken?: boolean
  /** Version 2, one row in five, has other scores. */
  challenger?: boolean
  /** No row of SEA but for so many. */
  rare?: number
}

async function send(day: number, { broken = false, challenger = false, rare }: Change = {}): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
  let seattle = 0
  const rows = Array.from({ length: PER_DAY }, (_, i) => {
    const isSeattle = i % 20 === 0 && (rare === undefined || seattle++ < rare)
    const origin = isSeattle ? 'SEA' : ['ATL', 'ORD', 'other'][i % 3]
    const x = normal() + (broken && isSeattle ? 1.5 : 0)
    const version = i % 5 === 0 ? '2' : '1'
    const probability = 0.1 + 0.8 * random()
    const score = challenger && version === '2' ? probability ** 3 : probability
    const isLate = broken && isSeattle ? random() > probability : random() < probability
    return {
      event: {
        id: `${sent++}`,
        ts: START + day * DAY + Math.floor((i * DAY) / PER_DAY),
        version,
        features: { x, origin },
        prediction: score > 0.5 ? 'late' : 'fine',
        score,
      },
      label: isLate ? 'late' : 'fine',
    }
  })
  await storePredictions(
    context,
    rows.map(({ event }) => ({ value: event })),
  )
  const labels = rows.map(({ event: { id, ts }, label }) => ({
    value: { id, label, prediction_ts: ts, labelled_at: ts + HOUR },
  }))
  await storeLabels(context, labels)
}

const rollUp = () => rollup({ store, model, now: new Date(), nextGeneration: generationClock() })

async function run(
  declared: Partial<MonitorDeclaration>,
  day: number,
  stream: Stream = 'predictions',
): Promise<Map<string, Result>> {
  const monitor = monitorSchema.parse({
    name: 'm',
    model: model.name,
    checks: ['feature', 'prediction'],
    ...declared,
  })
  const labelDelay = stream === 'labels' ? ({ delay: 2 * HOUR, source: 'declared' } as const) : undefined
  const request = {
    store,
    model,
    monitor,
    stream,
    end: new Date(START + day * DAY),
    labelDelay,
    now: new Date(),
    codeVersion: 'test',
  }
  const { results } = await runAgainst((await chosenReference(store, model, monitor))!, request)
  return new Map(
    results.map((result) => [
      `${result.kind} ${result.column} ${result.segment || result.version || '-'}`,
      result,
    ]),
  )
}

const breached = (results: Map<string, Result>) =>
  [...results].flatMap(([name, { verdict }]) =>
    verdict === 'warning' || verdict === 'critical' ? [name] : [],
  )

const LABELLED: Partial<MonitorDeclaration> = {
  checks: ['label', 'concept', 'performance'],
  segments: ['origin'],
}
const SEGMENTS = ['origin=ATL', 'origin=ORD', 'origin=SEA', 'origin=other']

beforeAll(async () => {
  store = await temporaryStore()
  await syncSilver(store, model)
  for (let day = 0; day < 4; day++) await send(day)
  const window = { from: new Date(START).toISOString(), to: new Date(START + 3 * DAY).toISOString() }
  const outcome = await baselineFromWindow(store, {
    model,
    name: 'days',
    source: { window },
    now: new Date(),
  })
  expect(outcome.status).toBe('created')
  await activate(store, model.name, 1, new Date())
  await send(4, { broken: true })
  await send(5, { challenger: true })
  await send(6, { rare: 30 })
  await rollUp()
})

describe('segments', () => {
  test('without drift nothing breaches, and every column is evaluated for the whole and each segment', async () => {
    const results = await run({ segments: ['origin'] }, 4)
    expect(breached(results)).toEqual([])
    const names = ['x', 'origin'].flatMap((column) =>
      ['-', ...SEGMENTS].map((slice) => `feature ${column} ${slice}`),
    )
    expect([...results.keys()].filter((name) => name.startsWith('feature')).sort()).toEqual(names.sort())
    expect(new Set([...results.values()].map(({ id }) => id)).size).toBe(results.size)
  })

  test('drift of one segment is found there, while the whole does not drift', async () => {
    const results = await run({ segments: ['origin'] }, 5)
    expect(breached(results)).toEqual(['feature x origin=SEA'])
    expect(results.get('feature x -')!.verdict).toBe('ok')
    expect(results.get('feature x origin=SEA')).toMatchObject({
      verdict: 'critical',
      segment: 'origin=SEA',
      version: '',
    })
  })

  test('so is a loss of performance and a change of labels', async () => {
    const results = await run(LABELLED, 5, 'labels')
    expect(breached(results).filter((name) => !name.endsWith('origin=SEA'))).toEqual([])
    expect(breached(results)).toContain('performance log_loss origin=SEA')
    expect(breached(results)).toContain('concept score origin=SEA')
    expect(results.get('performance log_loss -')!.verdict).toBe('ok')
  })

  test('by rolling hours as well, of each segment its own', async () => {
    const results = await run({ segments: ['origin'], baseline: { rolling: '3d' } }, 5)
    expect(breached(results)).toEqual(['feature x origin=SEA'])
    const labelled = await run({ ...LABELLED, baseline: { rolling: '3d' } }, 5, 'labels')
    expect(breached(labelled)).toContain('performance log_loss origin=SEA')
  })

  test('a small segment looks back further, and says when even that is not enough', async () => {
    const results = await run({ segments: ['origin'] }, 7)
    const small = results.get('feature x origin=SEA')!
    expect(small.windowStart.getTime()).toBeLessThan(START + 6 * DAY)
    expect(results.get('feature x origin=ATL')!.windowStart.getTime()).toBe(START + 6 * DAY)
    const strict = await run(
      { segments: ['origin'], baseline: { window: { from: '2026-01-07', to: '2026-01-08' } } },
      7,
    )
    expect(strict.get('feature x origin=SEA')).toMatchObject({ verdict: 'insufficient_data' })
    expect(strict.get('feature x origin=ATL')).toMatchObject({ verdict: 'ok' })
  })

  test('the budget of false alarms is shared by all tests that are made', async () => {
    const monitor = monitorSchema.parse({ name: 'm', model: model.name, checks: ['feature'] })
    const { baseline } = (await chosenReference(store, model, monitor))!
    const columns = await baselineColumns(store, model, baseline)
    const alone = rulesOf(monitor, [{ columns, slices: [WHOLE] }]).drift.alpha
    const [result] = (await run({ checks: ['feature'], segments: ['origin'], by_version: true }, 5)).values()
    expect((result.rule as { alpha: number }).alpha).toBeCloseTo(alone / (1 + 4 + 2), 15)
  })

  test('a monitor that asks for none evaluates none', async () => {
    expect(
      [...(await run({}, 5)).values()].filter(({ segment, version }) => segment !== '' || version !== ''),
    ).toEqual([])
  })
})

describe('versions', () => {
  test('drift of one version is found there', async () => {
    const results = await run({ by_version: true }, 6)
    expect(breached(results)).toEqual(
      expect.arrayContaining(['prediction score 2', 'prediction prediction 2']),
    )
    expect(results.get('prediction score 1')).toMatchObject({ verdict: 'ok', version: '1', segment: '' })
    expect(results.get('feature x 2')!.verdict).toBe('ok')
  })

  test('and its loss of performance', async () => {
    const results = await run({ checks: ['performance'], by_version: true }, 6, 'labels')
    expect(breached(results)).toContain('performance log_loss 2')
    expect(results.get('performance log_loss 1')!.verdict).toBe('ok')
  })
})

describe('results of segments and versions come out again from what is stored', () => {
  const cases: [string, Partial<MonitorDeclaration>, Stream][] = [
    ['columns', { segments: ['origin'], by_version: true }, 'predictions'],
    [
      'columns against rolling hours',
      { segments: ['origin'], by_version: true, baseline: { rolling: '2d' } },
      'predictions',
    ],
    ['labels, concept and performance', { ...LABELLED, by_version: true }, 'labels'],
    [
      'labels, concept and performance against rolling hours',
      { ...LABELLED, by_version: true, baseline: { rolling: '2d' } },
      'labels',
    ],
  ]

  test.each(cases)('%s', async (_, declared, stream) => {
    const results = await run(declared, 6, stream)
    expect(new Set([...results.values()].map(({ segment, version }) => segment || version))).toEqual(
      new Set(['', ...SEGMENTS, '1', '2']),
    )
    const agrees = { status: 'agrees' }
    for (const [name, { id }] of results) {
      const stored = (await findResult(store, id))!
      expect(await reproduce(store, model, stored), name).toEqual({
        evaluation: agrees,
        window: agrees,
        baseline: agrees,
      })
    }
  })

  test('rows that came since show in the segment that they belong to, and only there', async () => {
    const results = await run({ checks: ['feature'], segments: ['origin'] }, 6)
    const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
    await storePredictions(context, [
      {
        value: {
          id: 'new',
          ts: START + 5 * DAY,
          features: { x: 0, origin: 'ATL' },
          prediction: 'late',
          score: 1,
        },
      },
    ])
    const window = async (name: string) =>
      (await reproduce(store, model, (await findResult(store, results.get(name)!.id))!)).window.status
    expect(await window('feature x origin=ATL')).toBe('differs')
    expect(await window('feature x origin=ORD')).toBe('agrees')
    expect(await window('feature x -')).toBe('differs')
  })
})
