import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import pino from 'pino'
import { createIntake, type Intake } from '../ingest/intake/intake.ts'
import { createKafka } from '../ingest/kafka/connect.ts'
import { startKafkaIntake } from '../ingest/kafka/consumer.ts'
import { compileMapping } from '../ingest/mapping/compile.ts'
import type { Store } from '../store/engine/client.ts'
import { openModels } from '../store/models.ts'
import { countPredictions } from '../store/events/predictions.ts'
import { topicSchema } from '../store/topic.ts'
import { startBroker } from '../test/support/kafka/broker.ts'
import { bareInsert } from './intake.ts'
import { createTopic, eventTexts, PARTITIONS, produce } from './kafka-events.ts'
import type { BenchOptions } from './options.ts'
import { declare } from './rollup.ts'
import { kafkaSettings, perSecond, print, withStore } from './support.ts'

const DAY = [new Date(Date.UTC(2026, 0, 1)), new Date(Date.UTC(2026, 0, 2))] as const
const BODY = 5_000
/** Features, and events. */
const SIZES = [
  [20, 300_000],
  [200, 40_000],
]
/** A new part in the table, in its index of ids, and one of marks before and after. */
const PARTS_PER_INSERT = 4
const silent = pino({ level: 'silent' })

/** Events from Kafka until they can be queried, against JSON.parse and a bare insert of the same rows, and against counting them. */
export async function benchIngest({ tiny }: BenchOptions): Promise<void> {
  const broker = await startBroker()
  try {
    const kafka = createKafka(kafkaSettings(broker.brokers), silent)
    for (const [features, events] of tiny ? [[2, BODY]] : SIZES)
      await withStore((store) => measure(kafka, store, features, events))
  } finally {
    await broker.stop()
  }
}

async function measure(kafka: Kafka, store: Store, features: number, events: number): Promise<void> {
  const topic = `bench-${randomUUID()}`
  const text = eventTexts(events, features)
  await createTopic(kafka, topic)
  await produce(kafka, topic, events, text)
  const model = declare(features)
  const models = openModels(store)
  await models.declare(model, new Date())
  const intake = createIntake(store)
  const cpu = process.cpuUsage()
  const took = await consumeAll(kafka, store, intake, topic, events)
  const { user, system } = process.cpuUsage(cpu)
  if ((await countPredictions(store, model.name, ...DAY)) !== events) throw new Error('events are missing')
  const inserts = await countInserts(intake)

  const bodies = Array.from({ length: events / BODY }, (_, batch) =>
    Array.from({ length: BODY }, (_, i) => text(batch * BODY + i)).join('\n'),
  )
  const started = performance.now()
  await bareInsert(store, model, bodies)
  const bare = performance.now() - started
  const counting = await countAll(kafka, topic, events)
  print(
    `Kafka to queryable, ${features} features × ${events.toLocaleString('en-US')} events: ${perSecond(events, took)}, ` +
      `JSON.parse and bare insert ${perSecond(events, bare)}: ratio ${(bare / took).toFixed(2)} (aim 0.6); ` +
      `counting alone ${perSecond(events, counting)}; ${((user + system) / events).toFixed(0)} µs of CPU an event; ` +
      `${inserts} inserts of ${Math.round(events / inserts).toLocaleString('en-US')} rows, at this speed ` +
      `${Math.round((PARTS_PER_INSERT * inserts * 3_600_000) / took).toLocaleString('en-US')} parts an hour before merges`,
  )
}

/** Milliseconds from the moment the consumer has joined its group until all events are stored and committed. */
async function consumeAll(
  kafka: Kafka,
  store: Store,
  intake: Intake,
  topic: string,
  events: number,
): Promise<number> {
  const models = openModels(store)
  const declaration = topicSchema.parse({ name: topic, records: 'predictions' })
  const sources = [{ name: topic, records: declaration.records, mapping: compileMapping(declaration) }]
  let stored = 0
  let done = () => {}
  const finished = new Promise<void>((resolve) => (done = resolve))
  const consumer = startKafkaIntake({
    kafka,
    groupId: topic,
    sessionTimeoutMs: 30_000,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics: async () => sources,
    clock: () => new Date(),
    log: silent,
    onStored: (messages) => {
      if ((stored += messages) >= events) done()
    },
  })
  while (consumer.reasons().length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const started = performance.now()
  await finished
  const took = performance.now() - started
  await consumer.stop()
  return took
}

/** Milliseconds from the first batch to the last of a consumer that looks at nothing. */
async function countAll(kafka: Kafka, topic: string, events: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: `${topic}-counting` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let [seen, started] = [0, 0]
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: unknown[] } }) => {
      started ||= performance.now()
      if ((seen += batch.messages.length) >= events) resolve()
    }
    consumer.run({ partitionsConsumedConcurrently: PARTITIONS, eachBatch }).catch(reject)
  })
  const took = performance.now() - started
  await consumer.disconnect()
  return took
}

async function countInserts({ metrics }: Intake): Promise<number> {
  const { values } = await metrics.insertRows.get()
  return values.find(({ metricName }) => metricName?.endsWith('_count'))!.value
}
