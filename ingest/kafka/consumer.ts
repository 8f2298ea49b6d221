import { backoff } from '../../domain/backoff.ts'
import { setTimeout } from 'node:timers/promises'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Store } from '../../store/engine/client.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Intake } from '../intake/intake.ts'
import type { TopicSource } from '../intake/messages.ts'
import { connectionAdvice } from './advice.ts'
import { findBrokerTopics, type BrokerTopics } from './broker-topics.ts'
import { watchLag, type TopicProgress } from './lag.ts'
import { consume } from './session.ts'

export interface KafkaIntakeOptions {
  kafka: Kafka
  groupId: string
  /** A consumer that died is replaced in its group after so long. */
  sessionTimeoutMs: number
  store: Store
  intake: Intake
  findModel: (name: string) => Promise<Model | undefined>
  /**
   * The topics to consume, asked again and again: they can be declared while it runs. A source is to be the same object
   * for as long as its declaration is the same: consuming starts anew where one is not.
   */
  topics: () => Promise<readonly TopicSource[]>
  clock: () => Date
  log: Logger
  /** Told how many messages were stored and committed. */
  onStored: (messages: number) => void
}

/** Takes records of topics in, for as long as the process lives. */
export interface KafkaIntake {
  /** Records of the topics that are not stored yet, as of the last look; undefined before the first. */
  readonly lag: number | undefined
  /** The last look at the topics that are consumed; undefined before the first. */
  readonly looked: { at: Date; topics: readonly TopicProgress[] } | undefined
  /** Which topics the brokers had at the last look; undefined before the first. */
  readonly found: Pick<BrokerTopics, 'missing' | 'unread'> | undefined
  /** Why records are not taken in now; empty when they are. */
  reasons(): string[]
  /** Finishes the batches under way, commits them and leaves the group. */
  stop(): Promise<void>
}

const RETRY_MS = { first: 1_000, max: 30_000 }
const MAX_STOP_MS = 12_000
/** How often to look for topics that were declared or created meanwhile. */
const LOOK_EVERY_MS = 10_000

/** Starts to consume. Whatever fails is tried again, with growing pauses; nothing is thrown. */
export function startKafkaIntake(options: KafkaIntakeOptions): KafkaIntake {
  const { kafka, log, intake } = options
  const stopping = new AbortController()
  let waitingFor: string | undefined = 'the consumer has not joined its group yet'
  let storing = true
  let reportedMissing: ReadonlySet<string> = new Set()
  let looked: KafkaIntake['looked']
  let found: BrokerTopics | undefined

  async function session(): Promise<void> {
    const admin = kafka.admin()
    // Ends this session when the topics change, or all of them when the process stops.
    const ending = new AbortController()
    const signal = AbortSignal.any([stopping.signal, ending.signal])
    try {
      await admin.connect()
      found = await findBrokerTopics(admin, await options.topics())
      const { read: topics, missing } = found
      reportMissing(missing)
      if (topics.size === 0) {
        waitingFor = `Kafka has none of the topics yet (${missing.join(', ')}); checking again every ten seconds`
        await sleep(LOOK_EVERY_MS)
        return
      }
      // Who joins a group and leaves it at once holds all others of it up.
      if (signal.aborted) return
      const watching = watch(admin, topics, ending, signal)
      try {
        await consume({ ...options, topics, signal, onJoined, onStore })
      } finally {
        ending.abort()
        await watching
      }
    } finally {
      intake.metrics.kafkaUp.set(0)
      await admin.disconnect()
    }
  }

  /** Looks at the lag, and for topics that came or went, until the session ends. */
  async function watch(
    admin: Admin,
    topics: ReadonlyMap<string, TopicSource>,
    ending: AbortController,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        // First, since of a topic that is gone no lag can be told.
        found = await findBrokerTopics(admin, await options.topics())
        if (!sameTopics(found.read, topics)) return ending.abort()
        const now = options.clock()
        const context = { before: looked?.topics ?? [], now }
        const names = [...topics.keys()]
        const progress = await watchLag(admin, options.groupId, names, intake.metrics.kafkaLag, context)
        looked = { at: now, topics: progress }
      } catch (cause) {
        log.debug({ err: cause }, 'reading the consumer lag failed; it will be retried')
      }
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    }
  }

  /** Once, not at each look. */
  function reportMissing(names: readonly string[]): void {
    if (names.some((name) => !reportedMissing.has(name)))
      log.warn({ topics: names }, 'these topics do not exist; they are read once they are created')
    reportedMissing = new Set(names)
  }

  function onJoined(): void {
    waitingFor = undefined
    intake.metrics.kafkaUp.set(1)
  }

  function onStore(stores: boolean): void {
    storing = stores
  }

  const sleep = (ms: number) => setTimeout(ms, undefined, { signal: stopping.signal }).catch(() => {})

  async function superviseSessions(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      const started = Date.now()
      try {
        await session()
        failures = 0
      } catch (cause) {
        // A session that went well for long is no reason to wait long.
        if (Date.now() - started > RETRY_MS.max) failures = 0
        const wait = backoff(++failures, RETRY_MS)
        const { message } = cause as Error
        waitingFor = [`Kafka: ${message}`, connectionAdvice(message)].filter(Boolean).join('; ')
        // Of what Kafka's client throws by design the message says all; of a bug the stack is needed.
        const error = cause instanceof kafkajs.KafkaJSError ? { reason: waitingFor } : { err: cause }
        log.warn({ ...error, retryInMs: wait }, 'the Kafka consumer stopped; restarting it')
        await sleep(wait)
      }
    }
  }

  const running = superviseSessions()
  return {
    get lag() {
      return looked?.topics.reduce((sum, { lag }) => sum + lag, 0)
    },
    get looked() {
      return looked
    },
    get found() {
      return found
    },
    reasons: () =>
      [
        waitingFor,
        // Its own words can quote rows, and whoever asks for readiness shows no key.
        storing ? undefined : 'ClickHouse does not store the records; see the log for the cause',
      ].filter((reason) => reason !== undefined),
    async stop() {
      stopping.abort()
      // A broker that does not answer must not hold the process up: what is not committed by then comes again.
      await Promise.race([running, setTimeout(MAX_STOP_MS, undefined, { ref: false })])
    },
  }
}

function sameTopics(a: ReadonlyMap<string, TopicSource>, b: ReadonlyMap<string, TopicSource>): boolean {
  return a.size === b.size && [...a].every(([name, topic]) => b.get(name) === topic)
}
