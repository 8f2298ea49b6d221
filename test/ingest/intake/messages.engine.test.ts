import { Registry } from 'prom-client'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { takeMessages, type SourceMessage } from '../../../ingest/intake/messages.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { rows } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const START = Date.UTC(2026, 0, 5)
const store = await temporaryStore()
const models = openModels(store)
const intake = createIntake(store)
const kserve = topicSchema.parse({
  name: 'kserve',
  records: 'predictions',
  kserve: { scorer: { model: 'm', features: ['a', 'c'], output: 'score' } },
})
const source = { name: 'kserve', records: 'predictions' as const, mapping: compileMapping(kserve) }
const take = (...messages: SourceMessage[]) =>
  takeMessages({ store, intake, findModel: (name) => models.find(name), now: new Date() }, source, messages)

let offset = 0
function half(kind: 'request' | 'response', id: string, body: unknown): SourceMessage {
  return {
    value: Buffer.from(JSON.stringify(body)),
    headers: {
      ce_id: id,
      ce_type: `org.kubeflow.serving.inference.${kind}`,
      ce_specversion: '1.0',
      ce_inferenceservicename: 'scorer',
      ce_time: new Date(START).toISOString(),
    },
    recordedAt: START + 1_000,
    partition: 3,
    offset: offset++,
  }
}
const request = (id: string, ...instances: unknown[]) => half('request', id, { instances })
const response = (id: string, ...predictions: unknown[]) => half('response', id, { predictions })
const stored = (id: string) =>
  rows(
    store.read,
    `SELECT id, toUnixTimestamp64Milli(ts) AS ts, f_a AS a, f_c AS c, score FROM predictions_m FINAL WHERE id LIKE '${id}%' ORDER BY id`,
  )
const letters = () =>
  rows<{ partition: number; offset: number; reason: string; payload: string }>(
    store.read,
    'SELECT partition, offset, reason, payload FROM dead_letters FINAL ORDER BY offset',
  )

beforeAll(() =>
  models.declare(
    modelSchema.parse({
      name: 'm',
      task: 'binary',
      positive: 'yes',
      features: { a: 'numeric', c: 'categorical' },
    }),
    new Date(),
  ),
)
beforeEach(() => store.rollup.command({ query: 'TRUNCATE TABLE dead_letters' }))

describe('what KServe logs', () => {
  test('is stored once both halves came, together or apart, in either order', async () => {
    await take(request('together', [1, 'x'], [2, 'y']), response('together', 0.1, 0.2))
    expect(await stored('together')).toEqual([
      { id: 'together/0', ts: START, a: 1, c: 'x', score: 0.1 },
      { id: 'together/1', ts: START, a: 2, c: 'y', score: 0.2 },
    ])
    await take(response('apart', 0.3))
    expect(await stored('apart')).toEqual([])
    await take(request('apart', [3, 'z']))
    expect(await stored('apart')).toEqual([{ id: 'apart', ts: START, a: 3, c: 'z', score: 0.3 }])
    expect(await letters()).toEqual([])
  })

  test('and cannot be a prediction is a dead letter at the place of the half that came last', async () => {
    await take(request('uneven', [1, 'x'], [2, 'y']))
    const last = response('uneven', 0.1)
    await take(last)
    expect(await letters()).toEqual([
      { partition: 3, offset: last.offset, reason: 'bad_mapping', payload: last.value!.toString() },
    ])
    // Delivered again, it is the same letter.
    await take(last)
    expect(await letters()).toHaveLength(1)
  })

  test('of which ClickHouse refuses one half, leaves a dead letter, and the others wait', async () => {
    const constraint = (change: string) => store.rollup.command({ query: `ALTER TABLE halves ${change}` })
    await constraint("ADD CONSTRAINT known CHECK id != 'refused'")
    const refused = request('refused', [1, 'x'])
    const unprocessed = await take(request('waits', [1, 'x']), refused)
    await constraint('DROP CONSTRAINT known')
    expect(unprocessed.map(({ reason }) => reason)).toEqual(['other_half_missing', 'refused_by_store'])
    expect((await letters()).at(-1)).toMatchObject({ offset: refused.offset, reason: 'refused_by_store' })
    await take(response('waits', 0.5))
    expect(await stored('waits')).toHaveLength(1)
  })

  test('of a service that nobody declared concerns nobody: one logger serves a whole cluster', async () => {
    const foreign = request('foreign', [1, 'x'])
    await take({ ...foreign, headers: { ...foreign.headers, ce_inferenceservicename: 'nobody' } })
    expect(await letters()).toEqual([])
  })
})

test('what no model can be told of, or none that is declared, is counted as rejected all the same', async () => {
  const registry = new Registry()
  const names = ['nobody', 'somebody else', undefined]
  const messages = [...names.map((model) => JSON.stringify({ model, id: 'x', ts: START })), 'no JSON'].map(
    (text): SourceMessage => ({
      value: Buffer.from(text),
      headers: {},
      recordedAt: START,
      partition: 0,
      offset: offset++,
    }),
  )
  const plain = topicSchema.parse({ name: 'plain', records: 'predictions' })
  await takeMessages(
    { store, intake: createIntake(store, registry), findModel: (name) => models.find(name), now: new Date() },
    { name: 'plain', records: 'predictions', mapping: compileMapping(plain) },
    messages,
  )
  const { values } = await registry.getSingleMetric('driftgauge_intake_records_total')!.get()
  expect(values.filter(({ value }) => value > 0)).toEqual([
    { value: 4, labels: { source: 'kafka', records: 'predictions', model: '', outcome: 'rejected' } },
  ])
})
