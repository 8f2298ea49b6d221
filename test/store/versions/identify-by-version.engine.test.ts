/** Tables of predictions of releases that knew no versions of a request, and what becomes of them. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { modelSchema, type Model } from '../../../control/declared/model.ts'
import { createDistributed } from '../../../store/events/distributed.ts'
import { predictionColumns, silverTables } from '../../../store/events/silver.ts'
import { identifyByVersion, type CopyProgress } from '../../../store/schema/version-identity.ts'
import { openModels } from '../../../store/models.ts'
import { rows } from '../../../store/engine/query.ts'
import { identifier } from '../../../store/engine/sql.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 31, 20)
const NOW = new Date(Date.UTC(2026, 5, 1))

let store: Awaited<ReturnType<typeof temporaryStore>>
let model: Model
let tests = 0
const run = (query: string) => store.rollup.command({ query })

beforeAll(async () => {
  store = await temporaryStore()
})

beforeEach(async () => {
  model = modelSchema.parse({
    name: `m${++tests}.with-names_`,
    task: 'binary',
    positive: 'yes',
    features: { x: 'numeric' },
  })
  await openModels(store).declare(model, NOW)
  await asBefore()
})

const everywhere = (query: (local: (table: string) => string) => string) =>
  store.shards.each((client) => client.command({ query: query(store.shards.local) }))

/** The tables as the earlier release had created them, with a column of a feature that is no longer declared. */
async function asBefore(): Promise<void> {
  const columns = predictionColumns(model)
    .filter(({ name }) => name !== 'shadow')
    .map(({ name, type }) => `${identifier(name)} ${type}`)
  const defined = `(${columns.join(', ')}, f_gone Nullable(Float64))`
  const named = (local: (table: string) => string) => silverTables(model.name, local)
  await everywhere((local) => `DROP TABLE ${named(local).labelIndexView}`)
  await everywhere((local) => `DROP TABLE ${named(local).labelIndex}`)
  await everywhere((local) => `DROP TABLE ${named(local).predictions}`)
  await everywhere(
    (local) => `CREATE TABLE ${named(local).predictions} ${defined}
    ENGINE = ReplacingMergeTree(received_at) PARTITION BY toYYYYMM(ts) ORDER BY (toStartOfHour(ts), id)`,
  )
  await everywhere(
    (local) => `CREATE TABLE ${named(local).labelIndex} (hash UInt64, hour DateTime('UTC'))
    ENGINE = ReplacingMergeTree ORDER BY (hash, hour) SETTINGS index_granularity = 1024`,
  )
  await everywhere(
    (local) => `CREATE MATERIALIZED VIEW ${named(local).labelIndexView} TO ${named(local).labelIndex}
    AS SELECT sipHash64(id) AS hash, toStartOfHour(ts) AS hour FROM ${named(local).predictions}`,
  )
  if (store.shards.cluster === undefined) return
  const { predictions, labelIndex } = silverTables(model.name)
  for (const table of [predictions, labelIndex]) await run(`DROP TABLE ${table}`)
  const { rollup, shards } = store
  await createDistributed(rollup, shards, {
    table: `predictions_${model.name}`,
    columns: defined,
    key: 'cityHash64(id)',
  })
  await createDistributed(rollup, shards, {
    table: `label_index_${model.name}`,
    columns: "(hash UInt64, hour DateTime('UTC'))",
  })
}

/** As a process of the earlier release does it. */
async function insert(table: string, events: { id: string; hour: number; version: string; at: number }[]) {
  for (const { id, hour, version, at } of events)
    await run(`INSERT INTO ${table} (id, ts, version, received_at, f_x, f_gone) VALUES
      ('${id}', fromUnixTimestamp64Milli(${START + hour * HOUR}), '${version}', fromUnixTimestamp64Milli(${at}), ${at % 1000}, 7)`)
}

const stored = () =>
  rows<object>(
    store.read,
    `SELECT id, version, shadow, f_x, f_gone FROM ${silverTables(model.name).predictions} FINAL ORDER BY ts, id, version`,
  )

const PREDICTIONS = [
  { id: 'a', hour: 0, version: '1', at: NOW.getTime() - 9 * HOUR },
  // Replaced by another version, and to stay so.
  { id: 'b', hour: 0, version: '1', at: NOW.getTime() - 9 * HOUR },
  { id: 'b', hour: 0, version: '2', at: NOW.getTime() - 8 * HOUR },
  { id: 'a', hour: 6, version: '', at: NOW.getTime() - 7 * HOUR },
]
const EXPECTED = [
  { id: 'a', version: '1', shadow: 0, f_x: 0, f_gone: 7 },
  { id: 'b', version: '2', shadow: 0, f_x: 0, f_gone: 7 },
  { id: 'a', version: '', shadow: 0, f_x: 0, f_gone: 7 },
]

test('rows are kept as they counted, and two versions can then predict for one request', async () => {
  await insert(silverTables(model.name).predictions, PREDICTIONS)
  const copied = new Map<string, number>()
  const note = ({ month, rows: n }: CopyProgress) => copied.set(month, (copied.get(month) ?? 0) + n)
  expect(await identifyByVersion(store, NOW, note)).toEqual([model.name])
  expect(await stored()).toEqual(EXPECTED)
  expect([...copied].toSorted()).toEqual([
    ['202601', 3],
    ['202602', 1],
  ])
  expect(await identifyByVersion(store, NOW), 'a second time').toEqual([])

  const value = { id: 'a', ts: START, version: '2', shadow: true, features: { x: 3 } }
  const outcome = await storePredictions(
    { store, writer: createWriter(store), model, source: 'test', now: NOW },
    [{ value }, { value: { ...value, version: '1', shadow: false } }],
  )
  expect(outcome.rejected).toEqual([])
  expect((await stored()).slice(0, 2)).toEqual([
    { id: 'a', version: '1', shadow: 0, f_x: 3, f_gone: null },
    { id: 'a', version: '2', shadow: 1, f_x: 3, f_gone: null },
  ])
  const index = await rows<object>(
    store.read,
    `SELECT shadow, count() AS n FROM ${silverTables(model.name).labelIndex} FINAL GROUP BY shadow ORDER BY shadow`,
  )
  expect(index).toEqual([
    { shadow: 0, n: 3 },
    { shadow: 1, n: 1 },
  ])
})

test('an empty table, and one that is the newer kind already', async () => {
  expect(await identifyByVersion(store, NOW)).toEqual([model.name])
  expect(await stored()).toEqual([])
})

test('a copy that was interrupted begins again', async () => {
  const { predictions } = silverTables(model.name)
  await insert(predictions, PREDICTIONS)
  const next = `next_predictions_${model.name}`
  await everywhere((local) => `CREATE TABLE ${local(next)} AS ${local(`predictions_${model.name}`)}`)
  await insert(store.shards.local(next), [{ id: 'stray', hour: 0, version: '1', at: 1 }])
  await identifyByVersion(store, NOW)
  expect(await stored()).toEqual(EXPECTED)
})

test('killed after the tables changed places, it takes over what the former one holds, once', async () => {
  const { predictions } = silverTables(model.name)
  const former = store.shards.local(`former_predictions_${model.name}`)
  await insert(predictions, PREDICTIONS)
  await identifyByVersion(store, NOW)
  await everywhere((local) => `CREATE TABLE ${former} AS ${local(`predictions_${model.name}`)}`)
  await insert(former, [...PREDICTIONS.slice(0, 1), { id: 'late', hour: 6, version: '1', at: 5000 }])
  expect(await identifyByVersion(store, NOW)).toEqual([model.name])
  expect(await stored()).toEqual([...EXPECTED, { id: 'late', version: '1', shadow: 0, f_x: 0, f_gone: 7 }])
  expect(await rows(store.read, `SELECT name FROM system.tables WHERE name LIKE '%former%'`)).toEqual([])
})

test('of two processes that start at once, one copies and the other waits', async () => {
  await insert(silverTables(model.name).predictions, PREDICTIONS)
  // The embedded engine has one process only, which therefore waits for nobody.
  const shared = { ...store, embedded: false }
  const both = await Promise.all([identifyByVersion(shared, NOW), identifyByVersion(shared, NOW)])
  expect(both.flat()).toEqual([model.name])
  expect(await stored()).toEqual(EXPECTED)
})
