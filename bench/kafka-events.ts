import { CompressionTypes, Partitioners, type Kafka } from 'kafkajs'
import { uniform } from './support.ts'

export const PARTITIONS = 6
const PER_SEND = 5_000
/** Values are drawn for so many events and used again: drawing them takes longer than sending them. */
const DISTINCT = 5_000

/** Texts of events of the model "bench", with numeric features `f0`, `f1`, …; ids count up, times spread over a day. */
export function eventTexts(events: number, features: number): (id: number) => string {
  const random = uniform(1)
  const rests = Array.from({ length: DISTINCT }, () => {
    const values = Array.from({ length: features }, (_, f) => [`f${f}`, Math.round(random() * 1e6) / 1e3])
    const features_ = JSON.stringify(Object.fromEntries(values))
    return `,"version":"1","features":${features_},"prediction":"yes","score":0.5}`
  })
  return (id) => {
    const ts = new Date(Date.UTC(2026, 0, 1) + Math.floor((id * 86_400_000) / events)).toISOString()
    return `{"model":"bench","id":"event-${id}","ts":"${ts}"${rests[id % DISTINCT]}`
  }
}

/** Makes a topic. */
export async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
  await admin.disconnect()
}

/** Sends events to a topic, over all its partitions, as producers do: packed, a few thousand at once. */
export async function produce(
  kafka: Kafka,
  topic: string,
  events: number,
  text: (id: number) => string,
): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  for (let start = 0; start < events; start += PER_SEND) {
    const messages = Array.from({ length: Math.min(PER_SEND, events - start) }, (_, i) => ({
      value: text(start + i),
      partition: (start + i) % PARTITIONS,
    }))
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
  }
  await producer.disconnect()
}
