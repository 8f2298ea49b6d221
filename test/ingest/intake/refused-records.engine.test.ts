import { beforeAll, expect, test } from 'vitest'
import { listDeadLetters } from '../../../store/events/read-dead-letters.ts'
import { takeMessages, type SourceMessage } from '../../../ingest/intake/messages.ts'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { rows } from '../../../store/engine/query.ts'
import { UNAVAILABLE } from '../../../store/engine/refusal.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { topicSchema } from '../../../store/topic.ts'
import { countPredictions } from '../../../store/events/predictions.ts'
import { testService, type TestService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
let service: TestService
const run = (query: string) => service.store.rollup.command({ query })
const event = (id: string, a: number) => ({ id, ts: START, model: 'm', features: { a } })
const stored = () => countPredictions(service.store, 'm', new Date(START), new Date(START + 3_600_000))
const letters = async () =>
  (await listDeadLetters(service.store, { reason: 'refused_by_store', limit: 100 })).deadLetters

beforeAll(async () => {
  service = await testService({ models: [model], monitors: [] })
  await run('ALTER TABLE predictions_m ADD CONSTRAINT small CHECK f_a < 1000')
  await run("ALTER TABLE labels_m ADD CONSTRAINT known CHECK label != 'odd'")
  await run("ALTER TABLE pending_labels ADD CONSTRAINT known CHECK label != 'odd'")
})

test('over HTTP a record that ClickHouse refuses becomes a dead letter with its message, the others are stored', async () => {
  const { status, body } = await service.call('POST', '/models/m/predictions', [
    event('h1', 1),
    event('h2', 5000),
    event('h3', 3),
  ])
  expect([status, body.accepted, body.rejected]).toEqual([200, 2, 1])
  const detail = expect.stringMatching(/^ClickHouse refused the record: .*small/)
  expect(body.rejections).toEqual([{ index: 1, reason: 'refused_by_store', detail }])
  expect(await stored()).toBe(2)
  const [letter] = await letters()
  expect(letter).toMatchObject({ source: 'http:predictions', model: 'm', detail })
  expect(JSON.parse(letter.payload)).toEqual(event('h2', 5000))
  await run('ALTER TABLE predictions_m DROP CONSTRAINT small')
  const id = `${letter.source}:${letter.partition}:${letter.offset}`
  expect((await service.call('POST', `/dead-letters/${id}/replay`)).status).toBe(200)
  expect(await stored()).toBe(3)
  await run("ALTER TABLE predictions_m ADD CONSTRAINT small CHECK f_a < 1000 OR id = 'h2'")
})

test('requests that share an insert do not fail because of the bad record of another', async () => {
  const before = await stored()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      service.call('POST', '/models/m/predictions', [event(`shared ${i}`, i % 8 === 5 ? 5000 : 1)]),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 8 === 5 ? 422 : 200)))
  expect(await stored()).toBe(before + 35)
})

test('of labels as well, with or without the time of the prediction', async () => {
  const labels = [
    { id: 'h1', label: 'yes', prediction_ts: START },
    { id: 'h3', label: 'odd', prediction_ts: START },
    { id: 'later', label: 'odd' },
    { id: 'later too', label: 'no' },
  ]
  const { body } = await service.call('POST', '/models/m/labels', labels)
  expect(body.accepted).toBe(2)
  expect(body.rejections.map(({ index }: { index: number }) => index).sort()).toEqual([1, 2])
})

test('a batch from Kafka is taken in, without the records that ClickHouse refuses', async () => {
  const context = {
    store: service.store,
    intake: createIntake(service.store),
    findModel: (name: string) => service.models.find(name),
    now: new Date(),
  }
  const topic = {
    name: 'predictions',
    records: 'predictions' as const,
    mapping: compileMapping(topicSchema.parse({ name: 'predictions', records: 'predictions' })),
  }
  const before = await stored()
  const messages = Array.from({ length: 100 }, (_, offset): SourceMessage => {
    const value = Buffer.from(JSON.stringify(event(`k${offset}`, offset % 40 === 13 ? 5000 : 1)))
    return { value, headers: {}, partition: 0, offset, recordedAt: START }
  })
  const unprocessed = await takeMessages(context, topic, messages)
  expect(unprocessed.map(({ offset, reason }) => [offset, reason])).toEqual([
    [13, 'refused_by_store'],
    [53, 'refused_by_store'],
    [93, 'refused_by_store'],
  ])
  expect(await stored()).toBe(before + 97)
  const found = (await letters()).filter(({ source }) => source === 'predictions')
  expect(found.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual([13, 53, 93])
})

test('every error that counts as an unavailable store is one of ClickHouse', async () => {
  const known = await rows<{ name: string }>(
    service.store.read,
    'SELECT errorCodeToName(toUInt32(number)) AS name FROM numbers(2000)',
  )
  const names = new Set(known.map(({ name }) => name))
  expect([...UNAVAILABLE].filter((name) => !names.has(name!))).toEqual([])
})
