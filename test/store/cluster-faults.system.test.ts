/** A shard that is away, or behind: nothing is lost, nothing counts twice, and no hour is counted in part. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { openStore } from '../../store/engine/client.ts'
import { StoreError, StoreUnavailable } from '../../store/engine/errors.ts'
import { rows } from '../../store/engine/query.ts'
import { onShards } from '../../store/events/silver.ts'
import { catchUp } from '../../store/schema/catch-up.ts'
import { checkLayout } from '../../store/schema/layout.ts'
import {
  describeOnCluster,
  startClickHouseCluster,
  type ClickHouseCluster,
} from '../support/stores/clickhouse-server.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { ask } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 6
const MODEL = { name: 'm', task: 'regression', features: { a: 'numeric' } }

describeOnCluster('a shard', () => {
  let cluster: ClickHouseCluster
  let service: TestService
  let sent = 0

  const event = (i: number) => ({
    id: `e${i}`,
    ts: START + (i % HOURS) * HOUR,
    features: { a: i },
    prediction: i,
  })
  const send = (events: object[]) => service.call('POST', '/models/m/predictions', events)
  const batch = (n: number) => Array.from({ length: n }, () => event(sent++))

  /** As a producer does: until the events are accepted. Returns how often they were refused. */
  async function deliver(events: object[]): Promise<number> {
    for (let refused = 0; ; refused++) {
      const { status, headers } = await send(events)
      if (status === 200) return refused
      expect([status, headers.get('retry-after')]).toEqual([503, '5'])
      await wait(50)
    }
  }

  const run = () =>
    service.call('POST', '/monitors/hourly/run', { asOf: new Date(START + DAY).toISOString() })
  const DAY = 24 * HOUR
  const read = <T>(query: string) => rows<T>(service.store.read, query)
  const stored = async () => (await read<{ n: number }>('SELECT count() AS n FROM predictions_m FINAL'))[0].n
  const published = () => read('SELECT hour, generation FROM hours FINAL ORDER BY ALL')
  /** Published counts of the feature by hour. */
  async function counted(): Promise<number[]> {
    const found = await read<{ n: number }>(
      `SELECT sum(arraySum(counts)) AS n FROM profiles
       WHERE part = 'predictions' AND column = 'a' AND segment = '' AND (binning, hour, generation) IN (
         SELECT binning, hour, max(generation) FROM hours WHERE part = 'predictions' GROUP BY binning, hour)
       GROUP BY hour ORDER BY hour`,
    )
    return found.map(({ n }) => n)
  }
  /** Of all events that were sent. */
  const expected = () => Array.from({ length: HOURS }, (_, hour) => Math.ceil((sent - hour) / HOURS))

  async function expectExact(): Promise<void> {
    expect(await stored()).toBe(sent)
    expect((await run()).status).toBe(200)
    expect(await counted()).toEqual(expected())
  }

  async function withoutSecondNode(work: () => Promise<void>): Promise<void> {
    await cluster.nodes[1].kill()
    try {
      await work()
    } finally {
      await cluster.nodes[1].restart()
    }
  }

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-cluster-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    cluster = await startClickHouseCluster(directory)
    atEnd(() => cluster.close())
    service = await testService(undefined, {
      CLICKHOUSE_URL: cluster.nodes[0].url,
      CLICKHOUSE_CLUSTER: cluster.name,
    })
    expect((await service.call('POST', '/models', MODEL)).status).toBe(201)
    await deliver(batch(1_200))
    const window = { from: new Date(START).toISOString(), to: new Date(START + HOURS * HOUR).toISOString() }
    expect((await service.call('POST', '/models/m/baselines', { window })).status).toBe(201)
    const monitor = { name: 'hourly', model: 'm', checks: ['feature'], window: '1h', every: '1h' }
    expect((await service.call('POST', '/monitors', monitor)).status).toBe(201)
    await expectExact()
  }, 120_000)

  test(
    'that is away stops intake, counts and declarations, and readiness says so',
    { timeout: 60_000 },
    async () => {
      const before = await published()
      await deliver(batch(60))
      await withoutSecondNode(async () => {
        const refused = await send(batch(60))
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
        expect((await run()).status).toBe(503)
        expect(await published()).toEqual(before)
        const ready = await ask(`${service.url}/readyz`)
        expect(ready.status).toBe(503)
        expect(ready.body.reasons[0]).toMatch(/ClickHouse is not available/)
        expect((await service.call('POST', '/models', { ...MODEL, name: 'other' })).status).toBe(503)
        expect((await service.call('PATCH', '/models/m', { features: { b: 'numeric' } })).status).toBe(503)
        expect((await service.call('DELETE', '/models/m')).status).toBe(503)
        expect((await service.call('POST', '/models/m/erase', { ids: ['person'] })).status).toBe(503)
        // A start does all of this, and waits while it fails so.
        const start = [
          () => openStore({ url: cluster.nodes[1].url, cluster: cluster.name }, 'memory'),
          () => checkLayout(service.store),
          () => catchUp(service.store),
        ]
        for (const work of start) await expect(work()).rejects.toThrow(StoreUnavailable)
        const answers = await service.call('GET', '/models/m')
        expect(answers.body.features).toEqual(MODEL.features)
      })
      expect((await ask(`${service.url}/readyz`)).status).toBe(200)
      // Of the refused batch some rows may be there.
      await deliver(Array.from({ length: sent }, (_, i) => event(i)))
      expect((await service.call('POST', '/models/m/erase', { ids: ['person'] })).status).toBe(200)
      await expectExact()
    },
  )

  test('that is killed during intake: what was accepted is there once', { timeout: 120_000 }, async () => {
    let refused = 0
    const producers = Array.from({ length: 3 }, async () => {
      for (let i = 0; i < 60; i++) refused += await deliver(batch(100))
    })
    await wait(300)
    await withoutSecondNode(() => wait(1_500))
    await Promise.all(producers)
    expect(refused).toBeGreaterThan(0)
    await expectExact()
  })

  test('that is killed during roll-ups: no hour is published in part', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 6; round++) {
      await deliver(batch(600))
      const counting = run()
      await wait(30 * round)
      await withoutSecondNode(async () => {
        const { status, body } = await counting
        expect([200, 503], JSON.stringify(body)).toContain(status)
        // Whatever is published has all rows or those of before.
        const now = await counted()
        for (const [hour, n] of expected().entries()) expect([n, n - 100]).toContain(now[hour])
      })
      await expectExact()
    }
  })

  test(
    'that lacks a column or a table gets no rows until it has caught up',
    { timeout: 60_000 },
    async () => {
      const [second] = await service.store.shards.each((client) => Promise.resolve(client))
      expect((await service.call('PATCH', '/models/m', { features: { b: 'numeric' } })).status).toBe(200)
      for (const lost of [
        'ALTER TABLE shard_predictions_m DROP COLUMN f_b',
        'DROP TABLE shard_view_label_index_m',
      ]) {
        await second.command({ query: lost })
        expect(await catchUp(service.store)).toEqual(['m'])
        expect(await catchUp(service.store)).toEqual([])
      }
      await service.store.rollup.command({ query: 'DROP TABLE reference_features_m' })
      expect(await catchUp(service.store), 'a table over all shards').toEqual(['m'])
      expect(await catchUp(service.store)).toEqual([])
      await second.command({ query: 'ALTER TABLE shard_predictions_m DROP COLUMN f_b' })
      const events = batch(120).map((one) => ({ ...one, features: { ...one.features, b: 1 } }))
      expect((await send(events)).status).toBe(503)
      expect(await catchUp(service.store)).toEqual(['m'])
      await deliver(events)
      await expectExact()
    },
  )

  test('has all versions, the label and the index of its ids', async () => {
    await service.call('POST', '/models/m/labels', [{ id: 'e1', label: 1, prediction_ts: event(1).ts }])
    const alone = (tables: string) =>
      read<{ shards: number }>(
        `SELECT uniqExact(_shard_num) AS shards, id FROM ${tables} GROUP BY id HAVING shards > 1`,
      )
    expect(await alone('predictions_m')).toEqual([])
    const joined = onShards(service.store, 'm', ({ predictions, labels, labelIndex }) =>
      `(SELECT id FROM ${labels} WHERE id IN (SELECT id FROM ${predictions}) AND sipHash64(id) IN (SELECT hash FROM ${labelIndex}))`) // prettier-ignore
    expect(await read(`SELECT * FROM ${joined}`)).toEqual([{ id: 'e1' }])
  })

  test('is not left out or divided otherwise by mistake', async () => {
    const { url } = cluster.nodes[0]
    const why = async (name: string | undefined) => {
      const store = await openStore({ url, cluster: name }, 'memory')
      const error: unknown = await checkLayout(store).catch((cause: unknown) => cause)
      await store.close()
      expect(error).toBeInstanceOf(StoreError)
      return (error as Error).message
    }
    expect(await why(undefined)).toMatch(/Set CLICKHOUSE_CLUSTER/)
    expect(await why(cluster.others.small)).toMatch(/divided in another way/)
    await expect(openStore({ url, cluster: 'unknown' }, 'memory')).rejects.toThrow(/knows no cluster "unknown", only: .*shop_cluster/) // prettier-ignore
    const [first] = cluster.nodes
    const empty = await openStore({ url: first.url }, 'memory')
    await empty.rollup.command({ query: 'CREATE DATABASE empty' })
    await empty.close()
    const store = await openStore({ url: `${url}/empty`, cluster: cluster.others.doubled }, 'memory')
    await expect(checkLayout(store)).rejects.toThrow(/Some nodes of the cluster "doubled"/)
    await store.rollup.command({ query: 'CREATE TABLE labels_m (a UInt8) ENGINE = MergeTree ORDER BY a' })
    await expect(checkLayout(store)).rejects.toThrow(/is on one node/)
    await store.close()
  })
})
