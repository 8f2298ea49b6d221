import { Kafka, logLevel, Partitioners } from 'kafkajs'
import pino from 'pino'
import { expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { createIntake } from '../../../ingest/intake/intake.ts'
import { startKafkaIntake } from '../../../ingest/kafka/consumer.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import { rows } from '../../../store/engine/query.ts'
import { openModels } from '../../../store/models.ts'
import { topicSchema } from '../../../store/topic.ts'
import { describeKafka, startBroker } from '../../support/kafka/broker.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { describeOnCluster } from '../../support/stores/clickhouse-server.ts'
import { temporaryClusterStore } from '../../support/stores/store.ts'

const START = Date.UTC(2026, 0, 5)
const EVENTS = 20_000
const LABELLED = 5_000

describeKafka('Kafka', () => {
  describeOnCluster('and two shards, one of which is killed', () => {
    test('every record is stored once, and committed after that', { timeout: 240_000 }, async () => {
      const store = await temporaryClusterStore()
      const models = openModels(store)
      await models.declare(
        modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric' } }),
        new Date(),
      )
      const broker = await startBroker()
      atEnd(() => broker.stop())
      const kafka = new Kafka({ brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING })
      const topics = { predictions: `p-${Date.now()}`, labels: `l-${Date.now()}` }
      const admin = kafka.admin()
      await admin.connect()
      await admin.createTopics({
        topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 3 })),
        waitForLeaders: true,
      })
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      const send = async (topic: string, n: number, event: (i: number) => object) => {
        for (let i = 0; i < n; i += 1_000)
          await producer.send({
            topic,
            messages: Array.from({ length: 1_000 }, (_, k) => ({ value: JSON.stringify(event(i + k)) })),
          })
      }
      const ts = (i: number) => START + (i % 5) * 3_600_000
      const prediction = (i: number) => ({ model: 'm', id: `e${i}`, ts: ts(i), features: { a: i } })
      const first = EVENTS / 4
      await send(topics.predictions, first, prediction)
      const groupId = `g-${Date.now()}`
      const sources = (['predictions', 'labels'] as const).map((records) => ({
        name: topics[records],
        records,
        mapping: compileMapping(topicSchema.parse({ name: topics[records], records })),
      }))
      let waiting = 0
      const warn = pino(
        { level: 'warn' },
        { write: (line) => void (waiting += Number(/is paused/.test(line))) },
      )
      const consumer = startKafkaIntake({
        kafka,
        groupId,
        sessionTimeoutMs: 6_000,
        store,
        intake: createIntake(store),
        findModel: (name) => models.find(name),
        topics: () => Promise.resolve(sources),
        clock: () => new Date(),
        log: warn,
        onStored: () => {},
      })
      atEnd(async () => {
        await consumer.stop()
        await Promise.all([producer.disconnect(), admin.disconnect()])
      })
      const stored = async (table: string) =>
        (await rows<{ n: number }>(store.read, `SELECT count() AS n FROM ${table} FINAL`))[0].n
      await expect.poll(() => stored('predictions_m'), { timeout: 60_000 }).toBe(first)

      await store.nodes[1].kill()
      await send(topics.predictions, EVENTS - first, (i) => prediction(first + i))
      await send(topics.labels, LABELLED, (i) => ({
        model: 'm',
        id: `e${i}`,
        label: 'yes',
        prediction_ts: ts(i),
      }))
      await expect.poll(() => waiting, { timeout: 60_000 }).toBeGreaterThan(0)
      await store.nodes[1].restart()
      await expect.poll(() => stored('predictions_m'), { timeout: 120_000 }).toBe(EVENTS)
      await expect.poll(() => stored('labels_m'), { timeout: 60_000 }).toBe(LABELLED)
      expect(await stored('dead_letters')).toBe(0)

      const committed = async (topic: string) => {
        const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
        return partitions.reduce((sum, { offset }) => sum + Number(offset), 0)
      }
      await expect.poll(() => committed(topics.predictions), { timeout: 30_000 }).toBe(EVENTS)
      await expect.poll(() => committed(topics.labels), { timeout: 30_000 }).toBe(LABELLED)
    })
  })
})
