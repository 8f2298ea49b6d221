import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import pino from 'pino'
import { createIntake } from '../ingest/intake.ts'
import { startKafkaIntake } from '../ingest/kafka/consumer.ts'
import { compileMapping } from '../ingest/mapping/compile.ts'
import { topicSchema } from '../store/topic.ts'
import { openModels } from '../store/models.ts'
import { countPredictions } from '../store/predictions.ts'
import { rows } from '../store/query.ts'
import { eventText, produce } from './kafka-events.ts'
import { declare } from './rollup.ts'
import { perSecond, print, uniform, withStore } from './support.ts'
import { bareInsert } from './intake.ts'

export async function benchIngest(): Promise<void> {
  const kafka = new Kafka({ brokers: [process.env.KAFKA_BROKERS!], logLevel: logLevel.NOTHING })
  for (const [features, events] of [
    [20, 200_000],
    [200, 40_000],
  ] as const) {
    await withStore(async (store) => {
      const topic = `bench-${randomUUID()}`
      await produce(kafka, topic, events, features)
      const model = declare(features)
      const models = openModels(store)
      await models.declare(model, new Date())
      const intake = createIntake(store)
      let started = 0
      const log = pino({ level: 'warn' })
      let wake = () => {}
      let seen = 0
      const topics = [
        {
          name: topic,
          records: 'predictions' as const,
          mapping: compileMapping(topicSchema.parse({ name: topic, records: 'predictions' })),
        },
      ]
      const day = [new Date(Date.UTC(2026, 0, 1)), new Date(Date.UTC(2026, 0, 2))] as const
      const before = process.cpuUsage()
      const consumer = startKafkaIntake({
        kafka,
        groupId: topic,
        sessionTimeoutMs: 30_000,
        store,
        intake,
        findModel: (name) => models.find(name),
        topics: async () => topics,
        clock: () => new Date(),
        log,
        onStored: (n) => {
          if ((seen += n) === events) wake()
        },
      })
      while (consumer.reasons().length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      started = performance.now()
      await new Promise<void>((resolve) => (wake = resolve))
      const took = performance.now() - started
      const cpu = process.cpuUsage(before)
      await consumer.stop()
      if ((await countPredictions(store, 'bench', ...day)) !== events) throw new Error('lost')
      const parts = await rows<{ n: number; level: number }>(
        store.read,
        "SELECT count() AS n FROM system.parts WHERE table LIKE 'predictions%' AND level = 0",
      )
      print(
        `cpu ${((cpu.user + cpu.system) / events).toFixed(1)} µs an event; ${JSON.stringify(parts)} ${(await intake.metrics.insertRows.get()).values.filter((v) => /count|sum/.test(v.metricName!)).map((v) => `${v.metricName!.slice(-5)} ${v.value}`)}`,
      )
      const random = uniform(1)
      const lines = Array.from({ length: events }, (_, i) => eventText(i, events, features, random))
      const bodies: string[] = []
      for (let start = 0; start < events; start += 5000)
        bodies.push(lines.slice(start, start + 5000).join('\n'))
      const s = performance.now()
      await bareInsert(store, model, bodies)
      const bare = performance.now() - s
      const c = performance.now()
      let n = 0
      const counter = kafka.consumer({ groupId: `${topic}-count` })
      await counter.connect()
      await counter.subscribe({ topics: [topic], fromBeginning: true })
      let first = 0
      await new Promise<void>((resolve) => {
        void counter.run({
          partitionsConsumedConcurrently: 6,
          eachBatch: async ({ batch }) => {
            first ||= performance.now()
            n += batch.messages.length
            if (n >= events) resolve()
          },
        })
      })
      const counting = performance.now() - first
      await counter.disconnect()
      print(
        `Kafka to queryable, ${features} features: ${perSecond(events, took)}, bare ${perSecond(events, bare)}: ratio ${(bare / took).toFixed(2)}; counting only ${perSecond(events, counting)} ${c}`,
      )
    })
  }
}
