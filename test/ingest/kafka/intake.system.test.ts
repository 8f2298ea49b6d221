import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners, type Message, type Producer } from 'kafkajs'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { startKafkaIntake, type KafkaIntake } from '../../../ingest/kafka/consumer.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { listDeadLetters } from '../../../store/events/read-dead-letters.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { rows } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const START = Date.UTC(2026, 0, 5)
const store = await temporaryStore()
const models = openModels(store)
const intake = createIntake(store)
const run = `${Date.now()}`
const topic = (name: string) => `${name}-${run}`

let broker: Broker
let kafka: Kafka
let producer: Producer
const running: KafkaIntake[] = []

function consume(
  names: { predictions?: string[]; labels?: string[] },
  groupId = topic('group'),
): KafkaIntake {
  const sources = (['predictions', 'labels'] as const).flatMap((records) =>
    (names[records] ?? []).map((name) => ({
      name,
      records,
      mapping: compileMapping(topicSchema.parse({ name, records })),
    })),
  )
  const consumer = startKafkaIntake({
    kafka,
    groupId,
    sessionTimeoutMs: 6_000,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics: async () => sources,
    clock: () => new Date(),
    log: pino({ level: 'silent' }),
    onStored: () => {},
  })
  running.push(consumer)
  return consumer
}

const create = async (...names: string[]) => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: names.map((name) => ({ topic: name, numPartitions: 4 })),
    waitForLeaders: true,
  })
  await admin.disconnect()
}
const event = (id: string, extra: object = {}) => ({
  model: 'm',
  id,
  ts: START,
  features: { a: 1, c: 'x' },
  prediction: 'yes',
  score: 0.5,
  ...extra,
})
const send = (name: string, values: (object | string | null)[], extra: Partial<Message> = {}) =>
  producer.send({
    topic: name,
    messages: values.map((value) => ({
      value: value === null || typeof value === 'string' ? value : JSON.stringify(value),
      ...extra,
    })),
  })
const stored = async (like: string) =>
  (
    await rows<{ n: number }>(
      store.read,
      `SELECT count() AS n FROM predictions_m FINAL WHERE id LIKE '${like}'`,
    )
  )[0].n
/** End offsets and what the group has committed, summed. */
async function offsets(name: string, groupId: string): Promise<{ end: number; committed: number }> {
  const admin = kafka.admin()
  await admin.connect()
  const sum = (all: { offset: string }[]) =>
    all.reduce((total, { offset }) => total + Math.max(0, Number(offset)), 0)
  const end = sum(await admin.fetchTopicOffsets(name))
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [name] })
  await admin.disconnect()
  return { end, committed: sum(partitions) }
}

describeKafka('the Kafka consumer', () => {
  beforeAll(async () => {
    broker = await startBroker()
    kafka = new Kafka({ brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING })
    producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    const model = modelSchema.parse({
      name: 'm',
      task: 'binary',
      positive: 'yes',
      features: { a: 'numeric', c: 'categorical' },
    })
    await models.declare(model, new Date())
  }, 120_000)
  afterAll(async () => {
    await Promise.all(running.map((consumer) => consumer.stop()))
    await producer.disconnect()
    await broker.stop()
  })

  test('stores records of all partitions, then commits them', async () => {
    const [predictions, labels, group] = [topic('p'), topic('l'), topic('first')]
    await create(predictions, labels)
    const ids = Array.from({ length: 200 }, (_, i) => `first ${i}`)
    await send(
      predictions,
      ids.map((id) => event(id)),
    )
    await send(
      labels,
      ids.map((id) => ({ model: 'm', id, label: 'no', prediction_ts: START })),
      {
        timestamp: String(START + 5),
      },
    )
    const consumer = consume({ predictions: [predictions], labels: [labels] }, group)
    await expect.poll(() => stored('first %'), { timeout: 30_000 }).toBe(200)
    await expect.poll(() => offsets(predictions, group)).toEqual({ end: 200, committed: 200 })
    await expect.poll(() => offsets(labels, group)).toEqual({ end: 200, committed: 200 })
    expect(consumer.reasons()).toEqual([])
    // A label that says no time of its own was given at the time of the record.
    const given = await rows(
      store.read,
      'SELECT label, toUnixTimestamp64Milli(labelled_at) AS at, count() AS n FROM labels_m FINAL GROUP BY ALL',
    )
    expect(given).toEqual([{ label: 'no', at: START + 5, n: 200 }])
    await expect.poll(() => consumer.lag).toBe(0)
    await consumer.stop()
    // Consumed again from the start, by another group, nothing changes.
    const again = consume({ predictions: [predictions], labels: [labels] }, topic('again'))
    await expect
      .poll(() => offsets(predictions, topic('again')), { timeout: 30_000 })
      .toEqual({ end: 200, committed: 200 })
    expect(await stored('first %')).toBe(200)
    await again.stop()
  })

  test('what cannot be read is kept with its place, and the rest goes on', async () => {
    const name = topic('poison')
    await create(name)
    const poison: [string, string | object | null, string][] = [
      ['no JSON', 'nope', 'not_json'],
      ['cut', '{"model":"m","id":"x"', 'not_json'],
      ['an array', '[1]', 'not_an_object'],
      ['empty', '', 'not_json'],
      ['no model', event('x', { model: undefined }), 'no_model'],
      ['another model', event('x', { model: 'nobody' }), 'unknown_model'],
      ['no time', event('x', { ts: undefined }), 'bad_ts'],
      ['a bad class', event('x', { prediction: {} }), 'bad_prediction'],
      ['too large', event('x', { padding: 'x'.repeat(1_000_100) }), 'too_large'],
    ]
    for (const [what, value] of poison) {
      await send(name, [event(`before ${what}`), value, event(`after ${what}`)], {
        partition: 1,
        headers: { trace: what },
      })
    }
    await send(name, [null], { partition: 1 })
    const consumer = consume({ predictions: [name] }, topic('poison'))
    await expect
      .poll(() => offsets(name, topic('poison')), { timeout: 30_000 })
      .toEqual({ end: 28, committed: 28 })
    expect(await stored('before %')).toBe(poison.length)
    expect(await stored('after %')).toBe(poison.length)
    const { deadLetters } = await listDeadLetters(store, { limit: 100 })
    expect(
      deadLetters
        .filter(({ source }) => source === name)
        .sort((a, b) => a.offset - b.offset)
        .map(({ partition, offset, reason }) => [partition, offset, reason]),
    ).toEqual(poison.map(([, , reason], i) => [1, 3 * i + 1, reason]))
    expect(deadLetters.find(({ reason }) => reason === 'unknown_model')).toMatchObject({
      model: 'nobody',
      payload: JSON.stringify(poison[5][1]),
    })
    expect(consumer.reasons()).toEqual([])
    await consumer.stop()
  })

  test('a record without an id is called by its place and time in the topic', async () => {
    const name = topic('nameless')
    await create(name)
    await send(name, [event('', { id: undefined }), event('', { id: undefined })], { partition: 2 })
    const consumer = consume({ predictions: [name] }, topic('nameless'))
    await expect.poll(() => stored(`${name}/%`), { timeout: 30_000 }).toBe(2)
    const ids = await rows<{ id: string }>(
      store.read,
      `SELECT id FROM predictions_m FINAL WHERE id LIKE '${name}%' ORDER BY id`,
    )
    expect(ids.map(({ id }) => id.replace(/\d{13}$/, 'time'))).toEqual([
      `${name}/2/0/time`,
      `${name}/2/1/time`,
    ])
    await consumer.stop()
  })

  test('while ClickHouse fails nothing is committed, and then everything is stored', async () => {
    const [name, group] = [topic('failing'), topic('failing')]
    await create(name)
    await store.rollup.command({ query: 'RENAME TABLE predictions_m TO moved' })
    await send(
      name,
      Array.from({ length: 100 }, (_, i) => event(`failing ${i}`)),
    )
    const consumer = consume({ predictions: [name] }, group)
    await expect
      .poll(() => consumer.reasons().join())
      .toMatch(/^ClickHouse does not store the records; see the log for the cause$/)
    await wait(3_000)
    expect((await offsets(name, group)).committed).toBe(0)
    await store.rollup.command({ query: 'RENAME TABLE moved TO predictions_m' })
    await expect.poll(() => offsets(name, group), { timeout: 30_000 }).toEqual({ end: 100, committed: 100 })
    expect(await stored('failing %')).toBe(100)
    expect(consumer.reasons()).toEqual([])
    await consumer.stop()
  })

  test('it can be stopped while ClickHouse fails, and the next one goes on', async () => {
    const [name, group] = [topic('stopped'), topic('stopped')]
    await create(name)
    await store.rollup.command({ query: 'RENAME TABLE predictions_m TO moved' })
    await send(name, [event('stopped')])
    const consumer = consume({ predictions: [name] }, group)
    await expect.poll(() => consumer.reasons().length).toBe(1)
    await expect.poll(() => consumer.reasons().join()).toMatch(/does not store/)
    const began = Date.now()
    await consumer.stop()
    expect(Date.now() - began).toBeLessThan(10_000)
    expect((await offsets(name, group)).committed).toBe(0)
    await store.rollup.command({ query: 'RENAME TABLE moved TO predictions_m' })
    const next = consume({ predictions: [name] }, group)
    await expect.poll(() => stored('stopped'), { timeout: 30_000 }).toBe(1)
    await next.stop()
  })

  test('a topic that is made later is found', async () => {
    const [first, later] = [topic('there'), topic('later')]
    await create(first)
    const consumer = consume({ predictions: [first, later] }, topic('finding'))
    await send(first, [event('there')])
    await expect.poll(() => stored('there'), { timeout: 30_000 }).toBe(1)
    await create(later)
    await send(later, [event('later')])
    await expect.poll(() => stored('later'), { timeout: 45_000 }).toBe(1)
    await consumer.stop()
  })
})
