/** A body of columns on two shards, by either node: it is stored and counted as the same events in JSON on one node. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { rows } from '../../../store/engine/query.ts'
import { columnarBody, MEDIA_TYPES } from '../../support/columnar/body.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { testService, type TestService } from '../../support/service.ts'
import {
  describeOnCluster,
  startClickHouseCluster,
  type ClickHouseCluster,
} from '../../support/stores/clickhouse-server.ts'

const START = Date.UTC(2026, 0, 5)
const EVENTS = 6_000
const model = modelSchema.parse({ name: 'm', task: 'binary', positive: 'yes', features: { hour: 'numeric', origin: 'categorical' } }) // prettier-ignore

/** Every 50th row is read as a record, since it says nothing; every 500th is refused. */
const events = Array.from({ length: EVENTS }, (_, i) => ({
  id: i % 500 === 499 ? '' : `e${i}`,
  ts: new Date(START + i * 30_000).toISOString(),
  hour: (i * 7) % 24,
  origin: 'nesw'[i % 4],
  prediction: i % 50 === 0 ? null : ['yes', 'no'][i % 2],
}))
const labels = events
  .filter(({ id }, i) => id !== '' && i % 3 === 0)
  .map(({ id, ts }, i) => ({ id, label: ['yes', 'no'][i % 2], prediction_ts: i % 2 === 0 ? ts : null }))

const asTime = (iso: string | null) => iso?.replace('T', ' ').replace('Z', '') ?? null

describeOnCluster('a body of columns on two shards', () => {
  let cluster: ClickHouseCluster
  let one: TestService
  let two: TestService

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-columnar-cluster-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    cluster = await startClickHouseCluster(directory)
    atEnd(() => cluster.close())
    const declared = { models: [model], monitors: [] }
    one = await testService(declared)
    two = await testService(declared, { CLICKHOUSE_URL: cluster.nodes[1].url, CLICKHOUSE_CLUSTER: cluster.name }) // prettier-ignore
  }, 180_000)

  const lines = (all: readonly object[]) => all.map((one) => JSON.stringify(one)).join('\n')
  const sendLines = (kind: string, all: readonly object[]) =>
    one.call('POST', `/models/m/${kind}`, lines(all), { 'content-type': 'application/x-ndjson' })
  const sendColumns = async (kind: string, types: Record<string, string>, all: readonly object[]) =>
    two.call('POST', `/models/m/${kind}`, await columnarBody(one.store, 'Parquet', types, all), {
      'content-type': MEDIA_TYPES.Parquet,
    })
  const read = <T>({ store }: TestService, query: string) => rows<T>(store.read, query)
  async function expectSame(query: string): Promise<unknown[]> {
    const [expected, found] = await Promise.all([read(one, query), read(two, query)])
    expect(found, query).toEqual(expected)
    return expected
  }

  test('is stored once, on both shards, and leaves nothing on either node', async () => {
    const types = { id: 'String', ts: "DateTime64(3, 'UTC')", hour: 'Float64', origin: 'LowCardinality(String)', prediction: 'Nullable(String)' } // prettier-ignore
    const columns = events.map((event) => ({ ...event, ts: asTime(event.ts) }))
    const expected = await sendLines('predictions', events.map(({ hour, origin, ...event }) => ({ ...event, features: { hour, origin } }))) // prettier-ignore
    expect(expected.body).toMatchObject({ accepted: EVENTS - 12, rejected: 12 })
    for (const time of ['first', 'again']) {
      const found = await sendColumns('predictions', types, columns)
      expect(found, time).toMatchObject({ status: 200, body: { accepted: EVENTS - 12, rejected: 12 } })
    }
    const labelTypes = { id: 'String', label: 'String', prediction_ts: "Nullable(DateTime64(3, 'UTC'))" }
    expect((await sendLines('labels', labels)).body).toMatchObject({ accepted: labels.length })
    const labelColumns = labels.map((label) => ({ ...label, prediction_ts: asTime(label.prediction_ts) }))
    for (const time of ['first', 'again'])
      expect(await sendColumns('labels', labelTypes, labelColumns), time).toMatchObject({ status: 200, body: { accepted: labels.length, rejected: 0 } }) // prettier-ignore

    await expectSame('SELECT * EXCEPT received_at FROM predictions_m FINAL ORDER BY ALL')
    await expectSame('SELECT * EXCEPT labelled_at FROM labels_m FINAL ORDER BY ALL')
    const shards = await read<{ n: number }>(two, 'SELECT count() AS n FROM predictions_m FINAL GROUP BY _shard_num') // prettier-ignore
    expect(shards.map(({ n }) => n > EVENTS / 4)).toEqual([true, true])
    for (const node of cluster.nodes) {
      const left = await fetch(node.url, { method: 'POST', body: "SELECT count() FROM system.tables WHERE name LIKE 'staging%'" }) // prettier-ignore
      expect([left.status, (await left.text()).trim()]).toEqual([200, '0'])
    }
  }, 180_000)

  test('is counted as on one node, with its labels', async () => {
    const window = { from: new Date(START).toISOString(), to: new Date(START + 86_400_000).toISOString() }
    for (const service of [one, two]) {
      const made = await service.call('POST', '/models/m/baselines', { name: 'day', window })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      const found = (await service.models.find('m'))!
      await rollup({ store: service.store, model: found, now: new Date(), nextGeneration: generationClock() })
    }
    const published = `(binning, hour, generation) IN (SELECT binning, hour, max(generation) FROM hours WHERE part = 'predictions' GROUP BY binning, hour)` // prettier-ignore
    const counted = await expectSame(`SELECT role, column, version, hour, counts FROM profiles WHERE part = 'predictions' AND ${published} ORDER BY ALL`) // prettier-ignore
    expect(counted.length).toBeGreaterThan(100)
    const matched = await expectSame(`SELECT role, column, hour, counts FROM labelled_profiles WHERE ${published.replace("'predictions'", "'labels'")} ORDER BY ALL`) // prettier-ignore
    expect(matched.length).toBeGreaterThan(10)
  }, 180_000)
})
