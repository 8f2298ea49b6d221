import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../store/engine/client.ts'
import { StoreUnavailable } from '../../store/engine/errors.ts'
import { insertObjects, rows } from '../../store/engine/query.ts'
import { describeOnServer } from '../support/stores/clickhouse-server.ts'
import { cuttingProxy, type CuttingProxy } from '../support/stores/cutting-proxy.ts'
import { temporaryServerStore } from '../support/stores/store.ts'

describeOnServer('a ClickHouse server', () => {
  let direct: Store
  let proxy: CuttingProxy
  let store: Store
  beforeAll(async () => {
    const temporary = await temporaryServerStore()
    direct = temporary
    proxy = await cuttingProxy(temporary.location.url)
    store = await openStore({ url: proxy.url }, 'memory')
    await direct.rollup.command({ query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a' })
  })
  afterAll(async () => {
    await store.close()
    await proxy.close()
  })

  test('that answers 200 and fails among the rows: the error is that of the statement', async () => {
    const many = 'SELECT number + throwIf(number = 900000) AS a FROM numbers(1000000)'
    await expect(rows(store.read, many)).rejects.toThrow(/throwIf/)
  })

  test('that answers 200 with progress and then fails: nothing passes for done', async () => {
    const failing = `SELECT number + throwIf(number = 5) + sleepEachRow(0.1) AS a FROM numbers(8)
      SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0`
    const early = { clickhouse_settings: { http_headers_progress_interval_ms: '50' } }
    const insert = { query: `INSERT INTO t ${failing}`, ...early }
    await expect(store.rollup.command(insert)).rejects.toThrow(/throwIf/)
    await expect(store.ingest.exec(insert)).rejects.toThrow(/throwIf/)
    await expect(store.read.exec({ query: `${failing} FORMAT JSONEachRow`, ...early })).rejects.toThrow(
      /throwIf/,
    )
  })

  const LENGTHS = [0, 10, 100, 400, 500, 600, 700, 2_000]

  test('whose connection is cut anywhere in an answer: no rows are missing from one that succeeds', async () => {
    const query = 'SELECT number AS a FROM numbers(100)'
    const whole = await rows(store.read, query)
    expect(whole).toHaveLength(100)
    for (const bytes of LENGTHS) {
      proxy.cutAfter(bytes)
      const outcome = await rows(store.read, query).catch((error: unknown) => error)
      if (Array.isArray(outcome)) expect(outcome, `${bytes}`).toEqual(whole)
      else expect(outcome, `${bytes}`).toBeInstanceOf(StoreUnavailable)
    }
    proxy.cutAfter(100)
    await expect(rows(store.read, query)).rejects.toThrow(StoreUnavailable)
    proxy.cutAfter(undefined)
    expect(await rows(store.read, query)).toEqual(whole)
  })

  test('whose connection is cut in the answer to an insert: it is stored where it succeeds', async () => {
    const stored = async () => (await rows<{ a: number }>(direct.read, 'SELECT a FROM t')).map(({ a }) => a)
    let failures = 0
    for (const bytes of LENGTHS) {
      proxy.cutAfter(bytes)
      try {
        await insertObjects(store.ingest, 't', [{ a: bytes }])
        expect(await stored()).toContain(bytes)
      } catch (error) {
        expect(error, `${bytes}`).toBeInstanceOf(StoreUnavailable)
        failures++
      }
    }
    expect(failures).toBeGreaterThan(2)
    proxy.cutAfter(undefined)
    await insertObjects(store.ingest, 't', [{ a: 1 }])
    expect(await stored()).toContain(1)
  })
})
