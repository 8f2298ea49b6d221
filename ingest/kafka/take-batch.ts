import { backoff } from '../../domain/backoff.ts'
import { setTimeout } from 'node:timers/promises'
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import { takeMessages, type MessageContext, type TopicSource } from '../intake/messages.ts'
import { toSourceMessage } from './source-message.ts'

export interface BatchContext extends Omit<MessageContext, 'now'> {
  topics: ReadonlyMap<string, TopicSource>
  clock: () => Date
  log: Logger
  /** Aborts when the consumer is to end: what is not stored by then stays uncommitted. */
  signal: AbortSignal
  /** Told whether ClickHouse stores. */
  onStore: (stores: boolean) => void
}

export interface BatchTaker {
  /** Takes a batch of one partition; to be called one after the other for each partition. */
  take(
    payload: Pick<EachBatchPayload, 'batch' | 'heartbeat' | 'isRunning' | 'isStale' | 'resolveOffset'>,
  ): Promise<void>
  /**
   * To be called when the consumer has joined its group anew: partitions begin again after their last commit, so what
   * waits for ClickHouse comes once more, and must not be held twice.
   */
  restart(): void
  /** Resolves once nothing is under way any more. */
  settle(): Promise<void>
}

/** The place after the last message that is stored. */
export type Commit = (
  position: { topic: string; partition: number; offset: string },
  messages: number,
) => Promise<void>

/** Messages that are decoded and written together; a batch of a full topic has several. */
const CHUNK = 5_000
const RETRY_MS = { first: 500, max: 15_000 }
/** Well below the session timeout, and rare enough to cost nothing. */
const HEARTBEAT_EVERY_MS = 2_000

/**
 * Stores batches, and commits the offsets of each chunk once it is stored. The last chunk of a batch may still be on
 * its way to ClickHouse while the next batch is fetched and decoded: two chunks of a partition are under way at most,
 * so that a ClickHouse that is slow or fails holds consumption up, and memory stays flat.
 */
export function createBatchTaker(context: BatchContext, commit: Commit): BatchTaker {
  /** By topic and partition the chunk under way; true once it is committed, false where it was given up. */
  const underWay = new Map<string, Promise<boolean>>()
  /** Aborts what waits for ClickHouse since the consumer has last joined its group. */
  let joined = new AbortController()
  context.signal.addEventListener('abort', () => joined.abort())

  async function store(
    topic: TopicSource,
    partition: number,
    messages: readonly KafkaMessage[],
    before: Promise<boolean>,
  ): Promise<boolean> {
    const { log, intake, clock } = context
    const { signal } = joined
    const records = messages.map((message) => toSourceMessage(message, partition))
    const { offset } = messages.at(-1)!
    for (let attempt = 1; ; attempt++) {
      try {
        await takeMessages({ ...context, now: clock() }, topic, records)
        context.onStore(true)
        break
      } catch (cause) {
        if (signal.aborted) return false
        intake.metrics.storeFailures.inc({ source: 'kafka' })
        context.onStore(false)
        const wait = backoff(attempt, RETRY_MS)
        const where = { topic: topic.name, partition, messages: records.length, retryInMs: wait }
        log.warn({ err: cause, ...where }, 'ClickHouse did not store a batch; consumption is paused')
        await setTimeout(wait, undefined, { signal }).catch(() => {})
        if (signal.aborted) return false
      }
    }
    // In the order of the offsets: a chunk that was given up is followed by no commit, nor is one that comes again.
    if (!(await before) || signal !== joined.signal) return false
    const next = (BigInt(offset) + 1n).toString()
    await commit({ topic: topic.name, partition, offset: next }, records.length)
    return true
  }

  async function settle(): Promise<void> {
    await Promise.allSettled(underWay.values())
  }

  return {
    async take({ batch, heartbeat, isRunning, isStale, resolveOffset }) {
      const key = `${batch.topic} ${batch.partition}`
      const topic = context.topics.get(batch.topic)!
      for (let start = 0; start < batch.messages.length; start += CHUNK) {
        // Not at once: until the consumer is told to stop it would fetch the same batch again and again.
        if (context.signal.aborted) return settle()
        if (!isRunning() || isStale()) return
        const messages = batch.messages.slice(start, start + CHUNK)
        const before = underWay.get(key) ?? Promise.resolve(true)
        const stored = store(topic, batch.partition, messages, before)
        underWay.set(key, stored)
        if (!(await alive(before, heartbeat))) return
        resolveOffset(messages.at(-1)!.offset)
      }
    },
    restart() {
      joined.abort()
      joined = new AbortController()
      underWay.clear()
    },
    settle,
  }
}

/** Waits for work while the group is told that this consumer lives. */
async function alive<T>(work: Promise<T>, heartbeat: () => Promise<void>): Promise<T> {
  const settled = new AbortController()
  const done = work.finally(() => settled.abort())
  const beating = (async () => {
    for (;;) {
      await heartbeat()
      await setTimeout(HEARTBEAT_EVERY_MS, undefined, { signal: settled.signal })
    }
  })().catch((cause: unknown) => {
    if (!settled.signal.aborted) throw cause
  })
  return Promise.race([done, beating.then(() => done)])
}
