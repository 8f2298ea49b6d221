import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { startKafkaIntake } from '../../../ingest/kafka/consumer.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import type { TopicSource } from '../../../ingest/intake/messages.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { listDeadLetters } from '../../../store/events/read-dead-letters.ts'
import { rows } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const START = Date.UTC(2026, 0, 5)
const store = await temporaryStore()
const models = openModels(store)
const BAD = 3

let broker: Broker
let kafka: Kafka
let admin: Admin
let producer: Producer

function consume(topic: string) {
  const source: TopicSource = {
    name: topic,
    records: 'predictions',
    mapping: compileMapping(topicSchema.parse({ name: topic, records: 'predictions' })),
  }
  return startKafkaIntake({
    kafka,
    groupId: topic,
    sessionTimeoutMs: 6_000,
    store,
    intake: createIntake(store),
    findModel: (name) => models.find(name),
    topics: async () => [source],
    clock: () => new Date(),
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    onStored: () => {},
  })
}

const create = (topic: string) =>
  admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })

/** So many messages, of which one cannot be read. */
const send = (topic: string, name: string, count: number) =>
  producer.send({
    topic,
    messages: Array.from({ length: count }, (_, i) => ({
      value:
        i === BAD
          ? `${topic} ${name} bad`
          : JSON.stringify({ model: 'm', id: `${topic} ${name} ${i}`, ts: START }),
    })),
  })

async function stored(topic: string, name: string): Promise<number> {
  const found = await rows<{ n: number }>(
    store.read,
    `SELECT count() AS n FROM predictions_m FINAL WHERE startsWith(id, '${topic} ${name} ')`,
  )
  return found[0].n
}

async function letters(topic: string): Promise<string[]> {
  const { deadLetters } = await listDeadLetters(store, { source: topic, limit: 100 })
  return deadLetters.map(({ payload }) => payload).sort()
}

/** Deletes the topic and makes it anew, as soon as the broker no longer has it. */
async function recreate(topic: string): Promise<void> {
  await admin.deleteTopics({ topics: [topic] })
  await expect.poll(() => admin.listTopics(), { timeout: 60_000, interval: 50 }).not.toContain(topic)
  // An attempt whose leader takes too long fails; the next one finds the topic there.
  const isThere = () =>
    create(topic).then(
      () => true,
      () => false,
    )
  await expect.poll(isThere, { timeout: 60_000, interval: 50 }).toBe(true)
}

describeKafka('a topic that is deleted and made anew', () => {
  beforeAll(async () => {
    broker = await startBroker()
    kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 3 } })
    admin = kafka.admin()
    await admin.connect()
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    await models.declare(modelSchema.parse({ name: 'm', task: 'binary', features: {} }), new Date())
  }, 120_000)
  afterAll(async () => {
    await producer.disconnect()
    await admin.disconnect()
    await broker.stop()
  })

  test.each([
    ['with fewer messages than before', 20],
    ['with more messages than before', 120],
  ])('%s is read from its beginning while it is consumed', { timeout: 240_000 }, async (_, count) => {
    const topic = `recreated-${count}`
    await create(topic)
    await send(topic, 'old', 50)
    const consumer = consume(topic)
    await expect.poll(() => stored(topic, 'old'), { timeout: 30_000 }).toBe(49)
    await expect.poll(() => consumer.lag, { timeout: 30_000 }).toBe(0)
    await recreate(topic)
    await send(topic, 'new', count)
    await expect.poll(() => stored(topic, 'new'), { timeout: 90_000 }).toBe(count - 1)
    // Dead letters are stored after rows.
    await expect
      .poll(() => letters(topic), { timeout: 30_000 })
      .toEqual([`${topic} new bad`, `${topic} old bad`])
    await consumer.stop()
  })

  test('while nobody consumes it is read from its beginning', { timeout: 240_000 }, async () => {
    const topic = 'away'
    await create(topic)
    await send(topic, 'old', 50)
    const first = consume(topic)
    await expect.poll(() => stored(topic, 'old'), { timeout: 30_000 }).toBe(49)
    // What is not committed goes with the topic.
    await expect.poll(() => first.lag, { timeout: 30_000 }).toBe(0)
    await first.stop()
    await recreate(topic)
    await send(topic, 'new', 120)
    const second = consume(topic)
    await expect.poll(() => stored(topic, 'new'), { timeout: 90_000 }).toBe(119)
    // Dead letters are stored after rows.
    await expect
      .poll(() => letters(topic), { timeout: 30_000 })
      .toEqual([`${topic} new bad`, `${topic} old bad`])
    await second.stop()
  })

  test('does not replace records that are called by their place', { timeout: 240_000 }, async () => {
    const topic = 'nameless'
    const sendNameless = () =>
      producer.send({ topic, messages: [{ value: JSON.stringify({ model: 'm', ts: START }) }] })
    const named = async () =>
      (
        await rows<{ id: string }>(
          store.read,
          `SELECT id FROM predictions_m FINAL WHERE startsWith(id, '${topic}/')`,
        )
      ).length
    await create(topic)
    await sendNameless()
    const consumer = consume(topic)
    await expect.poll(named, { timeout: 30_000 }).toBe(1)
    await recreate(topic)
    await sendNameless()
    await expect.poll(named, { timeout: 90_000 }).toBe(2)
    await consumer.stop()
  })
})
