/** Experiments over stored rows: what is counted of each hour, and when one is decided. */
import pino from 'pino'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lookAtExperiments } from '../../../service/schedule/experiments.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import {
  experimentSchema,
  experiments,
  type ExperimentDeclaration,
} from '../../../control/declared/experiment.ts'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { readStanding } from '../../../control/experiments/experiment-state.ts'
import { readHours } from '../../../store/experiments/hours.ts'
import { openModels, type Models } from '../../../store/models.ts'
import { seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const log = pino({ level: 'silent' })

let store: Awaited<ReturnType<typeof temporaryStore>>
let models: Models
let writer: ReturnType<typeof createWriter>
let model: Model
let received = START + 1000 * HOUR
let tests = 0

beforeAll(async () => {
  store = await temporaryStore()
  models = openModels(store)
  writer = createWriter(store)
})

beforeEach(async () => {
  for (const { name } of await experiments.list(store.control)) await experiments.remove(store.control, name)
  model = modelSchema.parse({
    name: `m${++tests}`,
    task: 'binary',
    positive: 'yes',
    features: { x: 'numeric' },
  })
  await models.declare(model, new Date(START))
})

const context = () => ({ store, writer, model, source: 'test', now: new Date((received += 1000)) })

interface Sent {
  id: string
  at: number
  version: string
  shadow?: boolean
  score: number
}
async function send(events: Sent[]) {
  const records = events.map(({ at, ...event }) => ({ value: { ...event, ts: at, features: { x: 1 } } }))
  expect((await storePredictions(context(), records)).rejected).toEqual([])
}
async function label(labels: { id: string; at: number; label: string | null }[], delay = HOUR) {
  const records = labels.map(({ id, at, label }) => ({
    value: { id, label, prediction_ts: at, labelled_at: at + delay },
  }))
  expect((await storeLabels(context(), records)).rejected).toEqual([])
}
async function declare(more: Partial<ExperimentDeclaration> = {}) {
  const experiment = experimentSchema.parse({
    name: 'e',
    model: model.name,
    champion: '1',
    challenger: 'shadow',
    metric: 'brier',
    from: new Date(START).toISOString(),
    label_delay: '2h',
    min_hours: 24,
    ...more,
  })
  await experiments.put(store.control, experiment.name, experiment, new Date(START))
}
async function look(hours: number) {
  await lookAtExperiments({ store, models, log }, new Date(START + hours * HOUR))
  return (await readStanding(store.control, 'e'))!
}
const hours = async () => {
  const { definition } = (await readStanding(store.control, 'e'))!
  const found = await readHours(store, { model: model.name, name: 'e', definition })
  return found.filter(({ predictions }) => predictions > 0)
}

describe('the sums of hours', () => {
  const at = (hour: number, minute: number) => START + hour * HOUR + minute * 60_000

  test('of pairs: the same id within an hour, with its label; others are counted and have no loss', async () => {
    await declare()
    await send([
      { id: 'a', at: at(0, 5), version: '1', score: 0.6 },
      { id: 'a', at: at(0, 5), version: '2', shadow: true, score: 0.8 },
      // Answered in the next hour.
      { id: 'b', at: at(0, 59), version: '1', score: 0.5 },
      { id: 'b', at: at(1, 0), version: '2', shadow: true, score: 0.9 },
      { id: 'no label', at: at(0, 6), version: '1', score: 0.5 },
      { id: 'no label', at: at(0, 6), version: '2', shadow: true, score: 0.5 },
      { id: 'no challenger', at: at(0, 7), version: '1', score: 0.5 },
      { id: 'used again', at: at(0, 8), version: '1', score: 0.5 },
      { id: 'used again', at: at(3, 8), version: '2', shadow: true, score: 0.5 },
      { id: 'other version', at: at(0, 9), version: '3', score: 0.5 },
    ])
    await label(
      [
        ['a', at(0, 5), 'yes'] as const,
        ['b', at(0, 59), 'no'] as const,
        ['no challenger', at(0, 7), 'yes'] as const,
        ['used again', at(0, 8), 'yes'] as const,
      ].map(([id, at, label]) => ({ id, at, label })),
    )
    await look(5)
    const d = [0.2 ** 2 - 0.4 ** 2, 0.9 ** 2 - 0.5 ** 2]
    const [found, ...others] = await hours()
    expect(others).toEqual([])
    expect(found).toMatchObject({ side: 'pairs', hour: START, n: 2, predictions: 5 })
    expect(found.sum).toBeCloseTo(d[0] + d[1], 12)
    expect(found.squares).toBeCloseTo((d[0] - d[1]) ** 2 / 2, 12)
  })

  test('of split traffic: each version by itself', async () => {
    await declare({ design: 'split', challenger: '2' })
    await send([
      { id: 'a', at: at(0, 5), version: '1', score: 0.6 },
      { id: 'b', at: at(0, 6), version: '2', score: 0.8 },
      { id: 'c', at: at(0, 7), version: '2', score: 0.1 },
    ])
    await label([
      { id: 'a', at: at(0, 5), label: 'yes' },
      { id: 'b', at: at(0, 6), label: 'yes' },
    ])
    await look(5)
    const found = await hours()
    expect(found).toMatchObject([
      { side: 'challenger', n: 1, predictions: 2 },
      { side: 'champion', n: 1, predictions: 1 },
    ])
    expect(found[0].sum).toBeCloseTo(0.04, 12)
  })

  test('an hour enters once its labels are mature, and is counted again after a correction', async () => {
    await declare()
    await send([
      { id: 'a', at: at(0, 5), version: '1', score: 0.6 },
      { id: 'a', at: at(0, 5), version: '2', shadow: true, score: 0.8 },
    ])
    await label([{ id: 'a', at: at(0, 5), label: 'yes' }])
    expect(await look(2.9)).toMatchObject({ matureUntil: null })
    expect(await look(3)).toMatchObject({ matureUntil: new Date(START + HOUR).toISOString() })
    expect((await hours())[0].sum).toBeCloseTo(0.04 - 0.16, 12)
    await label([{ id: 'a', at: at(0, 5), label: 'no' }], 9 * HOUR)
    await look(5)
    expect((await hours())[0].sum).toBeCloseTo(0.64 - 0.36, 12)
    // A correction may say the same time, where only the day of an outcome is known.
    await label([{ id: 'a', at: at(0, 5), label: 'yes' }], 9 * HOUR)
    await look(6)
    expect((await hours())[0].sum).toBeCloseTo(0.04 - 0.16, 12)
    // Delivered again, nothing counts twice.
    await send([{ id: 'a', at: at(0, 5), version: '2', shadow: true, score: 0.8 }])
    await look(7)
    expect(await hours()).toMatchObject([{ n: 1 }])
  })
})

describe('from the traffic of days', () => {
  /** Labels follow the true scores. The challenger's are pulled to one half by `worse`; or in turns those of either. */
  async function traffic(days: number, worse: number, isEqual = false) {
    const random = seeded(7)
    const sent: Sent[] = []
    const labels: { id: string; at: number; label: string }[] = []
    for (let hour = 0; hour < 24 * days; hour++)
      for (let i = 0; i < 60; i++) {
        const [id, at, score] = [`${hour}-${i}`, START + hour * HOUR + i * 60_000, random()]
        const pulled = score + worse * (0.5 - score)
        const [champion, challenger] = isEqual && i % 2 === 0 ? [pulled, score] : [score, pulled]
        sent.push({ id, at, version: '1', score: champion })
        sent.push({ id, at, version: '2', shadow: true, score: challenger })
        labels.push({ id, at, label: random() < score ? 'yes' : 'no' })
      }
    await send(sent)
    await label(labels)
  }

  test('a better champion is found, told once, and stays decided', async () => {
    await declare({ metric: 'log_loss' })
    await traffic(3, 0.8)
    expect(await look(20)).toMatchObject({ state: 'undecided', decidedAt: null })
    const decided = await look(60)
    expect(decided).toMatchObject({
      state: 'champion_better',
      decidedAt: new Date(START + 60 * HOUR).toISOString(),
    })
    expect(decided.reason).toMatch(/^The champion is better: its log loss \(clipped at 0\.01\) is lower by /)
    const alerts = await currentAlerts(store.control, { scope: 'alert', monitor: 'e', kind: 'experiment' })
    expect(alerts).toMatchObject([{ status: 'firing', model: model.name, members: [{ column: 'e' }] }])
    expect(alerts[0].summary).toContain('Experiment e of')
    await look(61)
    expect(await readStanding(store.control, 'e')).toEqual(decided)
  })

  test('equal versions are equivalent within a margin, and without one undecided until the end', async () => {
    await traffic(4, 0.1, true)
    await declare({ margin: 0.05 })
    expect(await look(95)).toMatchObject({ state: 'equivalent' })
    const newest = () => currentAlerts(store.control, { scope: 'alert', monitor: 'e', kind: 'experiment' })
    await declare({ duration: '240h' })
    expect(await look(96)).toMatchObject({ state: 'undecided' })
    expect(await newest(), 'of the former declaration').toMatchObject([{ status: 'resolved' }])
    await declare({ duration: '72h' })
    expect(await look(97)).toMatchObject({ state: 'inconclusive' })
    await declare({ duration: '48h' })
    await look(97)
    const [last] = await newest()
    expect(last, 'of the newest declaration').toMatchObject({ status: 'firing' })
  })

  test('without a known label delay, it says so', async () => {
    await declare({ label_delay: undefined })
    expect(await look(30)).toMatchObject({ problem: expect.stringContaining('`label_delay`') as string })
  })
})
