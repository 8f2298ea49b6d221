import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners, type Admin, type ConsumerConfig, type Producer } from 'kafkajs'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { startKafkaIntake, type KafkaIntakeOptions } from '../../../ingest/kafka/consumer.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import type { TopicSource } from '../../../ingest/intake/messages.ts'
import type { Store } from '../../../store/engine/client.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { openModels } from '../../../store/models.ts'
import { rows } from '../../../store/engine/query.ts'
import { topicSchema } from '../../../store/topic.ts'
import { runService } from '../../support/child.ts'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const START = Date.UTC(2026, 0, 5)
const store = await temporaryStore()
const models = openModels(store)
const registry = new Registry()
const intake = createIntake(store, registry)

let broker: Broker
let kafka: Kafka
let admin: Admin
let producer: Producer

const source = (name: string): TopicSource => ({
  name,
  records: 'predictions',
  mapping: compileMapping(topicSchema.parse({ name, records: 'predictions' })),
})

function consume(groupId: string, names: string[], others: Partial<KafkaIntakeOptions> = {}) {
  const sources = names.map(source)
  return startKafkaIntake({
    kafka,
    groupId,
    sessionTimeoutMs: 6_000,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics: async () => sources,
    clock: () => new Date(),
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    onStored: () => {},
    ...others,
  })
}

const create = (...names: string[]) =>
  admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: 2 })), waitForLeaders: true })

const send = (topic: string, ...ids: string[]) =>
  producer.send({
    topic,
    messages: ids.map((id) => ({ value: JSON.stringify({ model: 'm', id, ts: START }) })),
  })

const stored = async (id: string) =>
  (await rows(store.read, `SELECT id FROM predictions_m FINAL WHERE id = '${id}'`)).length

describeKafka(
  'the Kafka consumer, from start to end',
  () => {
    beforeAll(async () => {
      broker = await startBroker()
      kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 3 } })
      admin = kafka.admin()
      await admin.connect()
      producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      const model = modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } })
      await models.declare(model, new Date())
    }, 120_000)
    afterAll(async () => {
      await producer.disconnect()
      await admin.disconnect()
      await broker.stop()
    })

    test('it can be stopped while it is still joining its group', { timeout: 120_000 }, async () => {
      await create('joining')
      for (const delay of [0, 5, 10, 20, 40, 100]) {
        const consumer = consume('joining', ['joining'])
        await wait(delay)
        const began = Date.now()
        await consumer.stop()
        expect(Date.now() - began).toBeLessThan(10_000)
      }
    })

    test('a topic that is deleted holds the others up only shortly', { timeout: 120_000 }, async () => {
      await create('kept', 'deleted')
      const consumer = consume('deleting', ['kept', 'deleted'])
      await send('kept', 'before')
      await send('deleted', 'to be deleted')
      await expect.poll(() => stored('before'), { timeout: 30_000 }).toBe(1)
      await expect.poll(() => consumer.lag, { timeout: 30_000 }).toBe(0)
      expect(consumer.looked?.topics.map(({ topic }) => topic).sort()).toEqual(['deleted', 'kept'])
      expect(consumer.found).toMatchObject({ missing: [], unread: expect.arrayContaining(['joining']) })
      expect(consumer.found?.unread.filter((name) => name.startsWith('__'))).toEqual([])
      await admin.deleteTopics({ topics: ['deleted'] })
      await send('kept', 'after')
      await expect.poll(() => stored('after'), { timeout: 30_000 }).toBe(1)
      const lags = () => registry.getSingleMetricAsString('driftgauge_kafka_lag_records')
      await expect.poll(lags, { timeout: 30_000 }).not.toMatch(/deleted/)
      expect(await lags()).toMatch(/kept/)
      // What was stored since the look before is an advance, and of what is gone nothing is told.
      const lagOf = () => consumer.looked!.topics.map(({ topic, lag }) => [topic, lag])
      await expect.poll(lagOf, { timeout: 30_000 }).toEqual([['kept', 0]])
      expect(Date.now() - consumer.looked!.topics[0].advancedAt!.getTime()).toBeLessThan(60_000)
      expect(consumer.reasons()).toEqual([])
      expect(consumer.found?.missing).toEqual(['deleted'])
      await consumer.stop()
    })

    test('while a last insert takes long the broker is not asked in vain', async () => {
      await create('slow')
      // Each fetch brings less than a chunk, and there is always more.
      const padding = 'x'.repeat(8_000)
      for (let i = 0; i < 30; i++)
        await producer.send({
          topic: 'slow',
          messages: Array.from({ length: 100 }, (_, n) => ({
            value: JSON.stringify({ model: 'm', id: `slow ${i}/${n}`, ts: START, padding }),
            partition: 0,
          })),
        })
      let [fetches, inserts] = [0, 0]
      const slowStore: Store = {
        ...store,
        ingest: Object.assign(Object.create(store.ingest) as Store['ingest'], {
          exec: async (parameters: Parameters<Store['ingest']['exec']>[0]) => {
            inserts++
            await wait(3_000)
            return store.ingest.exec(parameters)
          },
        }),
      }
      const counting = Object.assign(Object.create(kafka) as Kafka, {
        consumer: (config: ConsumerConfig) => {
          const consumer = kafka.consumer(config)
          consumer.on(consumer.events.FETCH, () => fetches++)
          return consumer
        },
      })
      const consumer = consume('slow', ['slow'], {
        kafka: counting,
        store: slowStore,
        intake: createIntake(slowStore),
      })
      await expect.poll(() => inserts, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0)
      const before = fetches
      await consumer.stop()
      expect(fetches - before).toBeLessThan(10)
    })

    test('a service ends in time while its broker hangs', async () => {
      await create('predictions')
      const directory = mkdtempSync(join(tmpdir(), 'driftgauge-hang-'))
      const service = runService({ DRIFTGAUGE_DATA: directory, KAFKA_BROKERS: broker.brokers })
      const url = await service.url
      await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 30_000 }).toBe(200)
      await broker.kill('SIGSTOP')
      try {
        const began = Date.now()
        service.process.kill('SIGTERM')
        const timer = setTimeout(() => service.process.kill('SIGKILL'), 60_000)
        const ended = await service.ended
        clearTimeout(timer)
        expect(ended.code).toBe(0)
        expect(Date.now() - began).toBeLessThan(20_000)
      } finally {
        await broker.kill('SIGCONT')
        service.process.kill('SIGKILL')
        rmSync(directory, { recursive: true, force: true })
      }
    })
  },
  { own: true },
)
