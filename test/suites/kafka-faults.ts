import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners, type Message, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uniform } from '../../bench/support.ts'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { ABANDONED_AFTER_MS } from '../../store/events/dirty-hours.ts'
import { migrate } from '../../store/schema/migrations.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import { activeBaseline } from '../../control/declared/baselines.ts'
import { readProfiles } from '../../store/profiles/profiles.ts'
import { rows } from '../../store/engine/query.ts'
import { runService, type Child } from '../support/child.ts'
import { startClickHouseServer, type ClickHouseServer } from '../support/stores/clickhouse-server.ts'
import { startBroker, type Broker } from '../support/kafka/broker.ts'

export interface FaultRun {
  events: number
  /** SIGKILLs of a consumer, spread over the run at random. */
  kills: number
  /** How long the broker is gone, and how long the store fails. */
  outageMs: number
}

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 12
const PARTITIONS = 6
/** So long the group waits for a consumer that was killed. */
const SESSION_TIMEOUT_MS = 6_000
const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  positive: 'yes',
  features: { a: 'numeric', c: 'categorical' },
})

/** Prediction number `i`; the same at each call. */
const event = (i: number) => ({
  model: 'm',
  id: `e${i}`,
  ts: START + (i % HOURS) * HOUR + (i % 3_000_000),
  features: { a: i % 50, c: `c${i % 7}` },
  prediction: i % 3 ? 'no' : 'yes',
  score: (i % 100) / 100,
})
const label = (i: number) => ({
  model: 'm',
  id: `e${i}`,
  label: i % 4 ? 'no' : 'yes',
  prediction_ts: event(i).ts,
})
const isLabelled = (i: number) => i % 5 < 2
const isSentTwice = (i: number) => i % 41 === 0
const isPoison = (i: number) => i % 977 === 0

/** Two real consumers over one store and one real broker, each of which fails while events are sent. */
export function kafkaFaultSuite({ events, kills, outageMs }: FaultRun): void {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-faults-'))
  const random = uniform(5)
  let server: ClickHouseServer
  let broker: Broker
  let store: Store
  let producer: Producer
  let kafka: Kafka
  const consumers = new Set<Child>()

  function startConsumer(groupId = 'faults'): Child {
    const child = runService(
      {
        CLICKHOUSE_URL: server.url,
        KAFKA_BROKERS: broker.brokers,
        KAFKA_GROUP_ID: groupId,
        KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
        DRIFTGAUGE_DATA: directory,
        LOG_LEVEL: 'fatal',
      },
      '--roles',
      'ingest',
    )
    consumers.add(child)
    return child
  }

  async function kill(child: Child, signal: NodeJS.Signals): Promise<void> {
    consumers.delete(child)
    child.process.kill(signal)
    await child.ended
  }

  /** Counts hours again and again, as the process that detects does. */
  async function count(now = new Date()): Promise<void> {
    await rollup({ store, model, now, nextGeneration }).catch(() => {})
  }
  const nextGeneration = generationClock()

  beforeAll(async () => {
    server = await startClickHouseServer(join(directory, 'store'))
    store = await openStore({ url: server.url }, { path: join(directory, 'control.db') })
    await migrate(store, new Date())
    await openModels(store).declare(model, new Date())
    await makeBaseline(store)
    broker = await startBroker()
    kafka = new Kafka({ brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    const topics = ['predictions', 'labels'].map((topic) => ({ topic, numPartitions: PARTITIONS }))
    await admin.createTopics({ topics, waitForLeaders: true })
    await admin.disconnect()
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
  }, 180_000)

  afterAll(async () => {
    for (const child of consumers) await kill(child, 'SIGKILL')
    await producer?.disconnect()
    await broker?.stop()
    await store?.close()
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** Sends events `[from, to)`, some of them twice, their labels, and what cannot be read. */
  async function send(from: number, to: number): Promise<void> {
    const numbers = Array.from({ length: to - from }, (_, i) => from + i)
    const predictions = numbers.flatMap((i) => {
      const text = JSON.stringify(event(i))
      const twice = isSentTwice(i) ? [{ value: text, partition: (i + 1) % PARTITIONS }] : []
      const poison = isPoison(i) ? [{ value: `poison ${i}`, partition: i % PARTITIONS }] : []
      return [{ value: text, partition: i % PARTITIONS }, ...twice, ...poison]
    })
    const labels = numbers.filter(isLabelled).map((i) => ({ value: JSON.stringify(label(i)), key: `e${i}` }))
    await sendAll('predictions', predictions)
    await sendAll('labels', labels)
  }

  /** Sends again what was not acknowledged, as any producer does: some of it may be there already. */
  async function sendAll(topic: string, messages: Message[]): Promise<void> {
    for (let start = 0; start < messages.length;) {
      try {
        await producer.send({ topic, messages: messages.slice(start, start + 2_000) })
        start += 2_000
      } catch {
        await wait(500)
      }
    }
  }

  async function lag(groupId = 'faults'): Promise<number> {
    const admin = kafka.admin()
    await admin.connect()
    try {
      let behind = 0
      for (const topic of ['predictions', 'labels']) {
        const ends = new Map(
          (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]),
        )
        const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
        for (const { partition, offset } of partitions)
          behind += Number(ends.get(partition)) - Math.max(0, Number(offset))
      }
      return behind
    } finally {
      await admin.disconnect()
    }
  }

  async function expectLedger(): Promise<void> {
    const numbers = Array.from({ length: events }, (_, i) => i)
    const byHour = (some: number[]) =>
      Array.from(
        { length: HOURS },
        (_, h) => some.filter((i) => Math.floor((event(i).ts - START) / HOUR) === h).length,
      )
    const silver = await rows<{ n: number; ids: number; first: string }>(
      store.read,
      `SELECT count() AS n, uniqExact(id) AS ids FROM predictions_m FINAL WHERE id LIKE 'e%' GROUP BY toStartOfHour(ts) ORDER BY toStartOfHour(ts)`,
    )
    const expected = byHour(numbers)
    expect(silver.map(({ n }) => n)).toEqual(expected)
    expect(silver.map(({ ids }) => ids)).toEqual(expected)
    const labels = await rows<{ n: number }>(
      store.read,
      `SELECT count() AS n FROM labels_m FINAL WHERE id LIKE 'e%' GROUP BY hour ORDER BY hour`,
    )
    expect(labels.map(({ n }) => n)).toEqual(byHour(numbers.filter(isLabelled)))
    const letters = await rows<{ payload: string }>(store.read, 'SELECT payload FROM dead_letters FINAL')
    expect([...new Set(letters.map(({ payload }) => payload))].sort()).toEqual(
      numbers
        .filter(isPoison)
        .map((i) => `poison ${i}`)
        .sort(),
    )

    // What a killed consumer left announced is counted once it is taken for abandoned.
    await count(new Date(Date.now() + ABANDONED_AFTER_MS + 1_000))
    const baseline = (await activeBaseline(store.control, 'm'))!
    for (let h = 0; h < HOURS; h++) {
      const from = START + h * HOUR
      const profiles = await readProfiles(store, 'm', baseline.binning, new Date(from), new Date(from + HOUR))
      const ofHour = numbers.filter((i) => event(i).ts >= from && event(i).ts < from + HOUR)
      const tally = (column: string) => profiles.find((profile) => profile.column === column)?.counts
      const categories = Array.from({ length: 7 }, (_, c) => ofHour.filter((i) => i % 7 === c).length)
      expect(tally('c'), `hour ${h}`).toEqual([0, ...categories, 0])
      const sum = (counts: readonly number[] | undefined) => counts?.reduce((total, n) => total + n, 0)
      expect([sum(tally('a')), sum(tally('label'))], `hour ${h}`).toEqual([
        ofHour.length,
        ofHour.filter(isLabelled).length,
      ])
    }
  }

  test(
    'consumers killed, the broker restarted and gone, the store failing: each id once, all counts exact',
    { timeout: 1_800_000 },
    async () => {
      const pair = [startConsumer(), startConsumer()]
      await Promise.all(pair.map((child) => child.line(/^ready/)))
      const steps = kills + 3
      const size = Math.ceil(events / steps)
      for (let step = 0; step < steps; step++) {
        await pair[step % 2].line(/^ready/)
        const sending = send(step * size, Math.min(events, (step + 1) * size))
        await wait(200 + 1_500 * random())
        if (step < kills) {
          const victim = step % 2
          await kill(pair[victim], 'SIGKILL')
          pair[victim] = startConsumer()
        } else if (step === kills) await broker.restart()
        else if (step === kills + 1) {
          await broker.kill()
          await wait(outageMs)
          await broker.restart()
        } else {
          await server.kill()
          await wait(outageMs)
          await server.restart()
        }
        await sending
        await count()
      }
      await expect.poll(() => lag().catch(() => -1), { timeout: 300_000, interval: 1_000 }).toBe(0)
      await expectLedger()

      // A signal to stop lets each finish what it is at, well within twenty seconds.
      const began = Date.now()
      await Promise.all(pair.map((child) => kill(child, 'SIGTERM')))
      expect(Date.now() - began).toBeLessThan(20_000)
      expect(await Promise.all(pair.map(async (child) => (await child.ended).code))).toEqual([0, 0])

      // The topics once more from the start change nothing.
      const again = startConsumer('again')
      await again.line(/^ready/)
      await expect.poll(() => lag('again').catch(() => -1), { timeout: 300_000, interval: 1_000 }).toBe(0)
      await kill(again, 'SIGTERM')
      await expectLedger()
    },
  )
}

/** A baseline that holds each value and category, on predictions of another day. */
async function makeBaseline(store: Store): Promise<void> {
  const day = START - 48 * HOUR
  const now = new Date()
  const records = Array.from({ length: 700 }, (_, i) => ({
    value: { ...event(i), id: `b${i}`, ts: day + i },
  }))
  const context = { store, writer: createWriter(store), model, source: 'test', now }
  await storePredictions(context, records)
  const labels = records.map(({ value }, i) => ({
    value: { ...label(i), id: value.id, prediction_ts: value.ts },
  }))
  await storeLabels(context, labels)
  const window = { from: new Date(day).toISOString(), to: new Date(day + HOUR).toISOString() }
  await baselineFromWindow(store, { model, name: 'first', source: { window }, now })
  await activate(store, 'm', 1, now)
}
