import { MINUTE_MS } from '../../domain/time.ts'
import type { Consumer, Kafka } from 'kafkajs'
import { createBatchTaker, type BatchContext, type Commit } from './take-batch.ts'

export interface SessionOptions extends BatchContext {
  kafka: Kafka
  groupId: string
  sessionTimeoutMs: number
  /** Told once the consumer has joined its group. */
  onJoined: () => void
  /** Told how many messages were stored and committed. */
  onStored: (messages: number) => void
}

/** Fetches are large in place of a buffer of our own: nothing is held whose offset could be forgotten. */
const FETCH = {
  minBytes: 1_000_000,
  maxWaitTimeInMs: 1_000,
  maxBytesPerPartition: 4_000_000,
  maxBytes: 16_000_000,
} as const
/** So long a consumer may take to hand its partitions over; longer than an insert may. */
const REBALANCE_TIMEOUT_MS = MINUTE_MS
/** Batches of so many partitions are decoded side by side, and joined into large inserts. */
const PARTITIONS_AT_ONCE = 16

/**
 * Consumes until the signal aborts or the consumer fails for good. Batches under way are finished, their offsets
 * committed, and the group is left before it resolves.
 */
export async function consume(options: SessionOptions): Promise<void> {
  const { kafka, groupId, sessionTimeoutMs, signal, log } = options
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 10,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    ...FETCH,
    // A consumer that failed is replaced by a new one, whatever the reason: see consumer.ts.
    retry: { retries: 5, restartOnFailure: async () => false },
  })
  const commit: Commit = async (position, messages) => {
    try {
      await consumer.commitOffsets([position])
    } catch (cause) {
      // Whoever has the partition now takes the same messages again, which changes nothing.
      log.debug({ err: cause, ...position }, 'offsets could not be committed')
      return
    }
    options.onStored(messages)
  }
  const ending = new AbortController()
  const taker = createBatchTaker({ ...options, signal: AbortSignal.any([signal, ending.signal]) }, commit)
  const ended = whenEnded(consumer, signal)
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics.keys()], fromBeginning: true })
    consumer.on(consumer.events.GROUP_JOIN, () => {
      taker.restart()
      options.onJoined()
    })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => taker.take(payload),
    })
    await ended
  } finally {
    ending.abort()
    // While it is a member of the group it can commit.
    await taker.settle()
    await consumer.disconnect()
  }
}

/** Resolves when the signal aborts, rejects when the consumer fails: it goes on living, but never consumes again. */
function whenEnded(consumer: Consumer, signal: AbortSignal): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
  ended.catch(() => {})
  return ended
}
