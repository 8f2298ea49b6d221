import { CompressionTypes, Partitioners, type Kafka } from 'kafkajs'
import { uniform } from './support.ts'

const PER_SEND = 5_000
export const PARTITIONS = 6

/** An event of a model with numeric features `f0`, `f1`, …; ids count up, and times spread over a day. */
export function eventText(id: number, events: number, features: number, random: () => number): string {
  const values = Array.from(
    { length: features },
    (_, f) => [`f${f}`, Math.round(random() * 1e6) / 1e3] as const,
  )
  return JSON.stringify({
    model: 'bench',
    id: `event-${id}`,
    ts: new Date(Date.UTC(2026, 0, 1) + (id * 86_400_000) / events).toISOString(),
    version: '1',
    features: Object.fromEntries(values),
    prediction: 'yes',
    score: 0.5,
  })
}

/** Makes a topic and sends `events` of them there. */
export async function produce(kafka: Kafka, topic: string, events: number, features: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] })
  await admin.disconnect()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const random = uniform(1)
  for (let start = 0; start < events; start += PER_SEND) {
    const messages = Array.from({ length: Math.min(PER_SEND, events - start) }, (_, i) => ({
      value: eventText(start + i, events, features, random),
      partition: (start + i) % PARTITIONS,
    }))
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
  }
  await producer.disconnect()
}
