import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import pino from 'pino'
import { createKafka } from '../ingest/kafka/connect.ts'
import { runService } from '../test/support/child.ts'
import { startBroker } from '../test/support/kafka/broker.ts'
import { createTopic, eventTexts, produce } from './kafka-events.ts'
import type { BenchOptions } from './options.ts'
import { kafkaSettings, perSecond, print, residentBytes, withDirectory } from './support.ts'

const FEATURES = 20
const SIZE = {
  events: Number(process.env.BENCH_EVENTS ?? 5_000_000),
  sampleMs: 5_000,
  /** Memory is to be flat from here on. */
  warmMs: 60_000,
}
const TINY: typeof SIZE = { events: 2_000, sampleMs: 200, warmMs: 0 }

/** Memory of the whole service, the embedded ClickHouse included, while millions of events come in from Kafka. */
export async function benchIngestMemory({ tiny }: BenchOptions): Promise<void> {
  await withDirectory((directory) => measure(directory, tiny ? TINY : SIZE))
}

async function measure(directory: string, { events, sampleMs, warmMs }: typeof SIZE): Promise<void> {
  const broker = await startBroker({ properties: { 'log.retention.bytes': '-1' } })
  const topic = `bench-${randomUUID()}`
  const kafka = createKafka(kafkaSettings(broker.brokers), pino({ level: 'silent' }))
  await createTopic(kafka, topic)
  const declarations = join(directory, 'models.yaml')
  const features = Array.from({ length: FEATURES }, (_, f) => `f${f}: numeric`).join(', ')
  writeFileSync(declarations, `models:\n  - { name: bench, task: binary, features: { ${features} } }\n`)
  const service = runService({
    DRIFTGAUGE_DATA: directory,
    DRIFTGAUGE_CONFIG: declarations,
    KAFKA_BROKERS: broker.brokers,
    KAFKA_GROUP_ID: topic,
    KAFKA_PREDICTIONS_TOPIC: topic,
    KAFKA_LABELS_TOPIC: 'none',
    LOG_LEVEL: 'error',
  })
  try {
    await service.url
    const started = performance.now()
    const sending = produce(kafka, topic, events, eventTexts(events, FEATURES))
    const samples: { at: number; bytes: number }[] = []
    for (let committed = 0; committed < events; committed = await committedOffsets(kafka, topic)) {
      await wait(sampleMs)
      samples.push({ at: performance.now() - started, bytes: residentBytes(service.process.pid!) })
    }
    const took = performance.now() - started
    await sending
    const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`
    const most = (some: typeof samples) => Math.max(...some.map(({ bytes }) => bytes))
    const warm = samples.filter(({ at }) => at > warmMs)
    const halves = [warm.slice(0, warm.length / 2), warm.slice(warm.length / 2)].filter(
      ({ length }) => length > 0,
    )
    print(
      `${events.toLocaleString('en-US')} events of ${FEATURES} features sent and stored side by side at ${perSecond(events, took)}: ` +
        `resident at most ${gigabytes(most(samples))} (aim under 1.5), ` +
        `after the first minute ${halves.map((half) => gigabytes(most(half))).join(', then ')} (aim: flat)`,
    )
  } finally {
    service.process.kill('SIGTERM')
    await service.ended
    await broker.stop()
  }
}

async function committedOffsets(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  const [{ partitions }] = await admin.fetchOffsets({ groupId: topic, topics: [topic] })
  await admin.disconnect()
  return partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}
