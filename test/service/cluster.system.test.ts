/** The same events and requests on one node and on two shards: what is counted, judged and deleted is the same. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ClickHouseClient } from '@clickhouse/client'
import { readConfig } from '../../config.ts'
import { openStore } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { mustRun } from '../support/backup/run.ts'
import {
  describeOnCluster,
  startClickHouseCluster,
  type ClickHouseCluster,
} from '../support/stores/clickhouse-server.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { normals, seeded } from '../support/samples/columns.ts'
import type { Answer } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const DAYS = 6
const PER_DAY = 1_200
const at = (day: number) => new Date(START + day * DAY).toISOString()

const MODEL = {
  name: 'shop',
  task: 'multiclass',
  features: { amount: 'numeric', region: 'categorical' },
  segments: ['region'],
}
const CHECKS = ['feature', 'prediction', 'label', 'concept', 'performance']

const random = seeded(7)
const normal = normals(random)

/** Sums of quarters and of 64ths are exact, in whatever order they are added. */
const inParts = (value: number, parts: number) => Math.round(value * parts) / parts

/** From the fifth day on amounts are shifted and labels follow no prediction. */
function event(i: number) {
  const day = Math.floor(i / PER_DAY)
  const drifts = day >= 4
  const [a, b] = [inParts(random(), 64), inParts(random(), 64)].sort((x, y) => x - y)
  const scores = { red: a, green: b - a, blue: 1 - b }
  const prediction = a > b - a && a > 1 - b ? 'red' : b - a > 1 - b ? 'green' : 'blue'
  return {
    prediction: {
      id: `e${i}`,
      ts: START + day * DAY + Math.floor(random() * 24) * HOUR + i,
      version: i % 4 === 0 ? '2' : '1',
      features: {
        amount: i % 17 === 0 ? null : inParts(normal() * 10 + (drifts ? 8 : 0), 4),
        region: 'nesw'[i % 4],
      },
      prediction,
      scores,
    },
    label: drifts ? 'red' : random() < 0.8 ? prediction : 'green',
  }
}

const events = Array.from({ length: DAYS * PER_DAY }, (_, i) => event(i))

describeOnCluster('one node and two shards', () => {
  let services: { one: TestService; two: TestService }
  let cluster: ClickHouseCluster
  let directory: string

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'driftgauge-cluster-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    cluster = await startClickHouseCluster(directory)
    atEnd(() => cluster.close())
    services = {
      one: await testService(),
      two: await testService(undefined, {
        CLICKHOUSE_URL: cluster.nodes[1].url,
        CLICKHOUSE_CLUSTER: cluster.name,
      }),
    }
  }, 120_000)

  /** Sends both the same, one after the other, and expects them to answer the same. */
  async function both(
    method: string,
    path: string,
    body?: unknown,
    select: (answer: Answer['body']) => unknown = (answer) => answer,
  ) {
    const answers = []
    for (const service of [services.one, services.two]) {
      const answer = await service.call(method, path, body)
      expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
      answers.push(select(answer.body))
    }
    expect(answers[1]).toEqual(answers[0])
    return answers[0]
  }

  /** What a statement gives on both. */
  async function bothRead<T>(query: string): Promise<T[]> {
    const [one, two] = await Promise.all(
      [services.one, services.two].map(({ store }) => rows<T>(store.read, query)),
    )
    expect(two).toEqual(one)
    return one
  }

  async function expectSameCounts(): Promise<void> {
    const published = (part: string) =>
      `(binning, hour, generation) IN (SELECT binning, hour, max(generation) FROM hours WHERE part = '${part}' GROUP BY binning, hour)`
    const counted = await bothRead<{ n: number }>(
      `SELECT role, column, segment, version, hour, counts, count() AS n FROM profiles
       WHERE (part = 'predictions' AND ${published('predictions')}) OR (part = 'labels' AND ${published('labels')})
       GROUP BY ALL ORDER BY ALL`,
    )
    expect(counted.length).toBeGreaterThan(1_000)
    const labelled = await bothRead(
      `SELECT role, column, segment, version, hour, counts FROM labelled_profiles WHERE ${published('labels')} ORDER BY ALL`,
    )
    expect(labelled.length).toBeGreaterThan(1_000)
  }

  /** The last digits of sums of losses depend on the order in which they are added. */
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, inner: unknown) => {
        if (['id', 'evaluated_at', 'baseline_hash', 'duration_ms'].includes(key)) return undefined
        return typeof inner === 'number' && !Number.isInteger(inner) ? Number(inner.toPrecision(9)) : inner
      }),
    )

  async function expectSameVerdicts(asOf: string): Promise<Map<string, number>> {
    await both('POST', '/monitors/daily/run', { asOf }, () => undefined)
    await expectSameCounts()
    const verdicts = await bothRead<{ verdict: string }>(
      `SELECT kind, column, segment, version, window_start, window_end, verdict, reason, baseline_counts, window_counts
       FROM results FINAL ORDER BY ALL`,
    )
    const { results } = (await both(
      'GET',
      `/models/shop/results?from=${at(0)}&to=${at(DAYS + 1)}&limit=2000`,
      undefined,
      rounded,
    )) as { results: unknown[] }
    expect(results.length).toBeGreaterThan(10)
    const counted = new Map<string, number>()
    for (const { verdict } of verdicts) counted.set(verdict, (counted.get(verdict) ?? 0) + 1)
    return counted
  }

  test('make the same of events, corrections and labels that come before and after', async () => {
    await both('POST', '/models', MODEL, ({ created_at: _, updated_at: __, ...model }) => model)
    const early = events.filter((_, i) => i % 5 === 0)
    await both('POST', '/models/shop/labels', early.map(({ prediction: { id }, label }) => ({ id, label }))) // prettier-ignore
    for (let i = 0; i < events.length; i += 2_000)
      await both('POST', '/models/shop/predictions', events.slice(i, i + 2_000).map(({ prediction }) => prediction)) // prettier-ignore
    const late = events.filter((_, i) => i % 5 !== 0)
    await both('POST', '/models/shop/labels', late.map(({ prediction: { id, ts }, label }) => ({ id, label, prediction_ts: ts }))) // prettier-ignore
    const corrected = events.filter((_, i) => i % 50 === 0)
    await both('POST', '/models/shop/predictions', corrected.map(({ prediction }) => ({ ...prediction, features: { amount: 1, region: 'n' } }))) // prettier-ignore
    await bothRead('SELECT * EXCEPT received_at FROM predictions_shop FINAL ORDER BY ALL')
    const [{ shards }] = await rows<{ shards: number }>(
      services.two.store.read,
      'SELECT uniqExact(_shard_num) AS shards FROM predictions_shop',
    )
    expect(shards).toBe(2)
  })

  test('make the same baseline of a window and of a file', async () => {
    const counts = ({ version, rows: n, binning }: { version: number; rows: number; binning: string }) => ({
      version,
      rows: n,
      binning,
    })
    const file = ['amount,region,prediction,label', ...events.slice(0, 2_000).map(({ prediction: { features, prediction }, label }) => `${features.amount ?? ''},${features.region},${prediction},${label}`), ''].join('\n') // prettier-ignore
    for (const service of [services.one, services.two]) {
      const made = await service.call('POST', '/models/shop/baselines?name=file', file, { 'content-type': 'text/csv' }) // prettier-ignore
      expect(made.status, JSON.stringify(made.body)).toBe(201)
    }
    await both(
      'POST',
      '/models/shop/baselines',
      { name: 'window', window: { from: at(0), to: at(3) } },
      counts,
    )
    await both('POST', '/models/shop/baselines/2/activate', undefined, () => undefined)
    await bothRead('SELECT * EXCEPT (sums, squares) FROM baseline_profiles FINAL ORDER BY ALL')
    await bothRead('SELECT * EXCEPT (sums, squares) FROM baseline_labelled_profiles FINAL ORDER BY ALL')
    await bothRead('SELECT * FROM binnings FINAL ORDER BY ALL')
  })

  test('judge the same, to the last count', { timeout: 120_000 }, async () => {
    await both('POST', '/monitors', { name: 'daily', model: 'shop', checks: CHECKS, window: '24h', every: '24h', segments: ['region'] }, () => undefined) // prettier-ignore
    const before = await expectSameVerdicts(at(4))
    const after = await expectSameVerdicts(at(DAYS))
    expect(before.get('ok')).toBeGreaterThan(3)
    expect(after.get('critical')).toBeGreaterThan(3)
  })

  test('show the same', async () => {
    await both('GET', `/models/shop/volume?from=${at(0)}&to=${at(DAYS)}`, undefined, rounded)
    await both('GET', `/models/shop/quality?from=${at(0)}&to=${at(DAYS)}`)
  })

  test('reproduce their own results', async () => {
    for (const kind of ['feature', 'concept', 'performance'])
      for (const service of [services.one, services.two]) {
        const { body } = await service.call(
          'GET',
          `/models/shop/results?from=${at(0)}&to=${at(DAYS + 1)}&kind=${kind}`,
        )
        for (const { id } of body.results.slice(0, 2) as { id: string }[]) {
          const reproduced = await service.call('POST', `/results/${id}/reproduce`)
          expect(reproduced.body).toMatchObject({ agrees: true, window: { status: 'agrees' } })
        }
      }
  })

  test('are restored from a backup of the other', { timeout: 180_000 }, async () => {
    const tables = {
      'predictions_shop FINAL': '* EXCEPT received_at',
      'labels_shop FINAL': 'id, hour, label',
      'label_index_shop FINAL': '*',
      profiles: 'role, column, segment, version, hour, counts',
    }
    const contents = (client: ClickHouseClient) =>
      Promise.all(
        Object.entries(tables).map(([table, columns]) =>
          rows(
            client,
            `SELECT '${table}' AS content, count() AS n, toString(sum(cityHash64(toString(tuple(${columns}))))) AS hash FROM ${table}`,
          ),
        ),
      )
    await services.two.store.shards.each(async (client) => {
      for (const database of ['moved', 'alone'])
        await client.command({ query: `CREATE DATABASE ${database}` })
    })
    const onServer = { CLICKHOUSE_URL: `${cluster.nodes[1].url}/alone` }
    const onCluster = { CLICKHOUSE_URL: `${cluster.nodes[0].url}/moved`, CLICKHOUSE_CLUSTER: cluster.name }
    for (const [from, environment] of [
      [services.one, onCluster],
      [services.two, onServer],
    ] as const) {
      const data = mkdtempSync(join(directory, 'restored-'))
      const backup = join(data, 'backup')
      await mustRun({ DRIFTGAUGE_URL: from.url }, 'backup', backup)
      await mustRun({ DRIFTGAUGE_DATA: join(data, 'data'), ...environment }, 'restore', backup)
      const config = readConfig({ DRIFTGAUGE_DATA: join(data, 'data'), ...environment })
      const restored = await openStore(config.store, config.control)
      expect(await contents(restored.read)).toEqual(await contents(from.store.read))
      await restored.close()
    }
    const left = await services.two.store.shards.each((client) =>
      rows(client, "SELECT name FROM system.tables WHERE name LIKE '%snapshot%'"),
    )
    expect(left).toEqual([[], []])
  })

  test('erase the same', { timeout: 120_000 }, async () => {
    const ids = events.filter((_, i) => i % 100 === 7).map(({ prediction: { id } }) => id)
    const { predictions } = (await both('POST', '/models/shop/erase', { ids: [...ids, 'unknown'] })) as {
      predictions: number
    }
    expect(predictions).toBe(ids.length)
    await expectSameVerdicts(at(DAYS))
    const left = await bothRead<{ n: number }>('SELECT count() AS n FROM predictions_shop FINAL')
    expect(left[0].n).toBe(events.length - ids.length)
  })

  test('delete the same months', { timeout: 120_000 }, async () => {
    await both('POST', '/models/shop/predictions', [
      { ...events[0].prediction, id: 'later', ts: START + 120 * DAY },
    ])
    await both('PATCH', '/models/shop', { retention: { events: '62d' } }, () => undefined)
    await both('POST', '/retention/apply', undefined, () => undefined)
    expect(await bothRead('SELECT id FROM predictions_shop')).toEqual([{ id: 'later' }])
    expect(await bothRead('SELECT count() AS n FROM labels_shop')).toEqual([{ n: 0 }])
  })

  test('remove a model and its tables on every node', async () => {
    await both('DELETE', '/monitors/daily', undefined, () => undefined)
    await both('DELETE', '/models/shop')
    const tables = await services.two.store.shards.each((client) =>
      rows(
        client,
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_shop'",
      ),
    )
    expect(tables).toEqual([[], []])
  })
})
