import {
  CompressionTypes,
  Partitioners,
  type Kafka,
  type KafkaJSError,
  type Message,
  type Producer,
} from 'kafkajs'
import { ConfigError } from '../../config.ts'
import { connectionAdvice } from '../../ingest/kafka/advice.ts'
import type { EventKind, Outgoing } from './batches.ts'
import type { Destination } from './destination.ts'
import { defaultDelay } from './label-delay.ts'
import { untilDone, type Attempt, type Patience } from './patience.ts'

/** The topic that each kind of events goes to; undefined where none is named. */
export type Topics = Readonly<Record<EventKind, string | undefined>>

/** Of a batch of one partition, so that it stays below what brokers take, which is a million bytes by default. */
const MAX_BYTES = 900_000

export interface KafkaDestination extends Destination {
  close(): Promise<void>
}

/** Connects, and sends events as records, those of the same id to the same partition. Throws {@link ConfigError}. */
export async function openKafka(kafka: Kafka, topics: Topics, patience: Patience): Promise<KafkaDestination> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  const connect = async () => {
    const names = await topicNames(kafka)
    await producer.connect()
    return names
  }
  const existing = await connect().catch((cause: unknown) => {
    throw new ConfigError(`Kafka: ${reasonOf(cause)}`, { cause })
  })
  const topicOf = (kind: EventKind): string => {
    const topic = topics[kind]
    if (topic === undefined)
      throw new ConfigError(`The file holds ${kind}, but no topic is set for them: ${OPTION[kind]}.`)
    if (!existing.has(topic))
      throw new ConfigError(`There is no topic "${topic}" for ${kind}: create it, or ${OPTION[kind]}.`)
    return topic
  }
  return {
    needsModel: false,
    delays: async () => defaultDelay,
    kindsOf: undefined,
    async send(batches) {
      const accepted = { predictions: 0, labels: 0 }
      for (const { kind, events } of batches) {
        const topic = topicOf(kind)
        for (const messages of portions(events))
          await untilDone(() => attempt(producer, topic, messages), patience)
        accepted[kind] += events.length
      }
      return { accepted, rejected: { predictions: 0, labels: 0 }, rejections: [], warnings: [] }
    },
    close: () => producer.disconnect(),
  }
}

const OPTION: Record<EventKind, string> = {
  predictions: 'set one with --topic or KAFKA_PREDICTIONS_TOPIC',
  labels: 'set one with --labels-topic or KAFKA_LABELS_TOPIC',
}

async function topicNames(kafka: Kafka): Promise<ReadonlySet<string>> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return new Set(await admin.listTopics())
  } finally {
    await admin.disconnect()
  }
}

async function attempt(producer: Producer, topic: string, messages: Message[]): Promise<Attempt<void>> {
  try {
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
    return { status: 'done', value: undefined }
  } catch (cause) {
    const refusal = refusalOf(cause)
    if (refusal === undefined)
      return { status: 'later', reason: `Kafka: ${reasonOf(cause)}`, afterSeconds: undefined }
    throw new ConfigError(`Kafka rejects records for "${topic}": ${refusal.message}`, { cause })
  }
}

/** The answer of a broker that would be the same again. */
function refusalOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  // The package does not export its error classes to ES modules.
  const { name, retriable } = error as Partial<KafkaJSError>
  return name === 'KafkaJSProtocolError' && retriable === false ? error : refusalOf(error.cause)
}

function reasonOf(cause: unknown): string {
  const { message } = cause as Error
  const advice = connectionAdvice(message)
  return advice === undefined ? message : `${message}; ${advice}`
}

function* portions(events: readonly Outgoing[]): Generator<Message[]> {
  let [messages, bytes]: [Message[], number] = [[], 0]
  for (const { id, text } of events) {
    const size = Buffer.byteLength(text)
    if (messages.length > 0 && bytes + size > MAX_BYTES) {
      yield messages
      ;[messages, bytes] = [[], 0]
    }
    messages.push({ key: id ?? null, value: text })
    bytes += size
  }
  if (messages.length > 0) yield messages
}
