import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import { beforeAll, describe, expect, test } from 'vitest'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { profileColumns } from '../../ingest/baseline/profile.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertDeadLetters } from '../../store/events/dead-letters.ts'
import { ABANDONED_AFTER_MS, dirtyHours } from '../../store/events/dirty-hours.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { countPredictions } from '../../store/events/predictions.ts'
import { featureFindings } from '../../store/events/quality.ts'
import { insertEncoded, insertObjects, rows } from '../../store/engine/query.ts'
import { silverTables, syncSilver } from '../../store/events/silver.ts'
import { runScript } from '../support/child.ts'
import { ROOT } from '../support/root.ts'
import { temporaryStore } from '../support/stores/store.ts'

let store: Store & { directory: string }
/** A client without our defaults, to show that each trap is there. */
let bare: ClickHouseClient

beforeAll(async () => {
  store = await temporaryStore()
  type Connection = NonNullable<Parameters<typeof createClient>[0]>['connection']
  const connection = createChdbConnection({ path: join(store.directory, 'data') }) as unknown as Connection
  bare = createClient({ connection })
  return () => bare.close()
})

describe('settings do not stick', () => {
  /** For every default of ours, another value, as some request might ask for. */
  const OTHERS: ClickHouseSettings = {
    min_count_to_compile_aggregate_expression: '1',
    session_timezone: 'America/New_York',
    date_time_input_format: 'basic',
    input_format_try_infer_exponent_floats: 0,
    input_format_allow_errors_num: '5',
    input_format_null_as_default: 1,
    insert_deduplication_token: 'again',
    join_use_nulls: 0,
    max_execution_time: 7,
    max_memory_usage: '1000000000',
    max_ast_elements: '4000',
    max_expanded_ast_elements: '4000',
    max_query_size: '1000000',
    output_format_json_quote_64bit_integers: 1,
  }

  async function changed(client: ClickHouseClient): Promise<Record<string, string>> {
    const found = await rows<{ name: string; value: string }>(
      client,
      'SELECT name, value FROM system.settings WHERE changed ORDER BY name',
    )
    return Object.fromEntries(found.map(({ name, value }) => [name, value]))
  }

  test('an insert after one with a deduplication token is stored as well', async () => {
    await store.rollup.command({
      query: `CREATE TABLE once (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100`,
    })
    const insert = (client: ClickHouseClient, a: number, clickhouse_settings?: ClickHouseSettings) =>
      client.insert({ table: 'once', values: [{ a }], format: 'JSONEachRow', clickhouse_settings })
    const stored = async () =>
      (await rows<{ a: number }>(store.read, 'SELECT a FROM once ORDER BY a')).map(({ a }) => a)
    await insert(store.ingest, 1, { insert_deduplication_token: 'token' })
    await insert(store.ingest, 2)
    expect(await stored()).toEqual([1, 2])
    await insert(bare, 3, { insert_deduplication_token: 'other token' })
    await insert(bare, 4)
    expect(await stored(), 'the trap itself').toEqual([1, 2, 3])
  })

  test('every setting that has a default is the default again at the next request', async () => {
    const before = await changed(store.read)
    const engine = await changed(bare)
    const ours = Object.keys(before).filter((name) => !(name in engine) || name in OTHERS)
    expect(ours.sort()).toEqual(Object.keys(OTHERS).sort())
    for (const [name, value] of Object.entries(OTHERS)) {
      const request = {
        query: `SELECT toString(getSetting('${name}')) AS value`,
        clickhouse_settings: { [name]: value },
      }
      const [during] = await (
        await store.read.query({ ...request, format: 'JSONEachRow' })
      ).json<{ value: string }>()
      expect([String(value), 'true', 'false'], name).toContain(during.value)
      expect(during.value, name).not.toBe(before[name])
      expect(await changed(store.read), name).toEqual(before)
    }
  })

  test('a setting without a default would stick, so no request to the embedded engine passes any', async () => {
    await bare.query({ query: 'SELECT 1', clickhouse_settings: { max_threads: 1 } })
    expect((await changed(bare)).max_threads, 'the trap itself').toBe('1')
    const folders = ['store', 'ingest', 'detectors', 'alerts', 'api', 'cli']
    const passing = folders
      .flatMap(sources)
      .filter((path) => /clickhouse_settings/.test(readFileSync(path, 'utf8')))
    // A server forgets the settings of a request; files are sent to servers alone.
    const toServers = ['ingest/files/sent-file.ts', 'store/engine/server.ts']
    const defaults = ['store/engine/client.ts', 'store/engine/settings.ts']
    expect(passing.toSorted()).toEqual([...toServers, ...defaults].map((file) => join(ROOT, file)).toSorted())
  })

  function sources(folder: string): string[] {
    const all = readdirSync(join(ROOT, '.'), { recursive: false, encoding: 'utf8' })
    if (!all.includes(folder)) return []
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(ROOT, folder, path))
  }
})

test('times are UTC whatever the time zone of the process', async () => {
  const child = runScript(
    `const { openStore } = await import('./store/engine/client.ts')
     const { rows } = await import('./store/engine/query.ts')
     const { parseTime } = await import('./ingest/decode/parse-time.ts')
     const store = await openStore({ path: process.env.DATA }, 'memory')
     const [row] = await rows(store.read, \`SELECT toUnixTimestamp(toDateTime('2026-07-01 00:00:00')) AS parsed,
       toString(toDateTime(1782864000)) AS shown, toString(toStartOfDay(toDateTime(1782864000))) AS day\`)
     console.log(JSON.stringify({ ...row, offset: new Date(1782864000000).getTimezoneOffset(),
       text: parseTime('2026-07-01T00:00:00Z').at, basic: parseTime('20260701T000000+0000').at }))
     await store.close()`,
    { environment: { TZ: 'America/New_York', DATA: join(store.directory, 'new-york') } },
  )
  expect(JSON.parse(await child.line(/^{/))).toEqual({
    offset: 240,
    parsed: 1782864000,
    shown: '2026-07-01 00:00:00',
    day: '2026-07-01 00:00:00',
    text: 1782864000000,
    basic: 1782864000000,
  })
  expect((await child.ended).code).toBe(0)
})

test('a missing category is counted as missing, not among the rest', async () => {
  const values = ['a', null, 'zz', null, 'a', '']
  await store.rollup.command({
    query:
      'CREATE TABLE gaps (c LowCardinality(Nullable(String)), n Nullable(Float64)) ENGINE = MergeTree ORDER BY tuple()',
  })
  await insertEncoded(
    store.ingest,
    'gaps',
    ['c', 'n'],
    values.map((c, i) => JSON.stringify([c, i % 2 ? i : null])),
  )
  const categorical = { kind: 'categorical', categories: ['a'], truncated: false, singletons: 0 } as const
  const empty = { ...categorical, categories: [] }
  const numeric = {
    kind: 'numeric',
    edges: [-Number.MAX_VALUE, 3],
    groups: { by: 'value', values: [] },
    centre: 0,
  } as const
  const profiles = await profileColumns(store.rollup, 'gaps', [
    { role: 'feature', name: 'c', source: 'c', kind: 'categorical', binning: categorical },
    { role: 'feature', name: 'e', source: 'c', kind: 'categorical', binning: empty },
    { role: 'feature', name: 'n', source: 'n', kind: 'numeric', binning: numeric },
  ])
  expect(profiles.map(({ counts }) => counts)).toEqual([
    [2, 2, 2],
    [2, 4],
    [3, 1, 2],
  ])
})

describe('what would reject a whole insert', () => {
  const model = modelSchema.parse({
    name: 'traps',
    task: 'binary',
    features: { a: 'numeric', c: 'categorical' },
  })
  const ts = '2026-01-05T10:30:00Z'
  const [from, to] = [new Date('2026-01-05T00:00:00Z'), new Date('2026-01-06T00:00:00Z')]
  const context = () => ({ store, writer: createWriter(store), model, source: 'test', now: new Date() })

  beforeAll(() => syncSilver(store, model))

  test('text in a number column, NaN by name and half a surrogate pair leave the other rows alone', async () => {
    const events = [
      { id: 'good', ts, features: { a: 1, c: 'x' } },
      { id: 'nan', ts, features: { a: 'nan', c: 'x' } },
      { id: 'abc', ts, features: { a: 'abc', c: 'x' } },
      { id: 'date', ts, features: { a: '2026-01-05', c: 'x' } },
      {
        id: 'half \ud800',
        ts,
        version: '\udc00',
        prediction: '\ud801',
        features: { a: 2, c: '\ud800', 'u\udfff': 1 },
      },
      { id: 'scores', ts, scores: { '\ud800': 0.5, x: 'nan' }, score: 'nan' },
    ]
    const result = await storePredictions(
      context(),
      events.map((value) => ({ value })),
    )
    expect(result).toMatchObject({ accepted: events.length, rejected: [] })
    const stored = await rows<Record<string, unknown>>(
      store.read,
      `SELECT id, version, prediction, f_a, f_c, invalid, unknown FROM ${silverTables(model.name).predictions} ORDER BY id`,
    )
    expect(stored.map(({ id, f_a, f_c, invalid }) => [id, f_a, f_c, invalid])).toEqual([
      ['abc', null, 'x', ['a']],
      ['date', null, 'x', ['a']],
      ['good', 1, 'x', []],
      ['half \ufffd', 2, '\ufffd', []],
      ['nan', null, 'x', ['a']],
      ['scores', null, null, ['score', 'scores']],
    ])
    expect(stored[3]).toMatchObject({ version: '\ufffd', prediction: '\ufffd', unknown: ['u\ufffd'] })
    expect(await featureFindings(store, model.name, from, to)).toEqual([
      { finding: 'invalid_value', feature: 'a', rows: 3 },
      { finding: 'invalid_value', feature: 'score', rows: 1 },
      { finding: 'invalid_value', feature: 'scores', rows: 1 },
      { finding: 'unknown_feature', feature: 'u\ufffd', rows: 1 },
    ])
  })

  test('empty batches are no statement at all', async () => {
    const before = await countPredictions(store, model.name, from, to)
    expect(await storePredictions(context(), [])).toEqual({
      accepted: 0,
      rejected: [],
      erased: 0,
      warnings: [],
    })
    expect(await storeLabels(context(), [])).toEqual({ accepted: 0, rejected: [], erased: 0, warnings: [] })
    await insertEncoded(store.ingest, 'no_such_table', ['a'], [])
    await insertObjects(store.ingest, 'no_such_table', [])
    await insertDeadLetters(store, [], new Date())
    expect(await countPredictions(store, model.name, from, to)).toBe(before)
  })

  test('a batch of 3 MB of multi-byte characters arrives byte for byte', async () => {
    const text = (i: number) => `${i} ${'é漢😀ß'.repeat(70)}`.slice(0, 270)
    const events = Array.from({ length: 6000 }, (_, i) => ({
      id: `m${i}`,
      ts: from.getTime(),
      features: { c: text(i) },
    }))
    expect(Buffer.byteLength(JSON.stringify(events))).toBeGreaterThan(3_000_000)
    await storePredictions(
      context(),
      events.map((value) => ({ value })),
    )
    const stored = await rows<{ id: string; c: string }>(
      store.read,
      `SELECT id, f_c AS c FROM ${silverTables(model.name).predictions} WHERE id LIKE 'm%'`,
    )
    expect(stored).toHaveLength(events.length)
    const damaged = stored.filter(({ id, c }) => c !== text(Number(id.slice(1))).toWellFormed())
    expect(damaged).toEqual([])
  })

  test('a write that fails has announced its hours, so that a part of it would be found', async () => {
    const gone = { ...model, name: 'gone' }
    const now = new Date()
    const record = { value: { id: 'x', ts: from.toISOString() } }
    await expect(storePredictions({ ...context(), model: gone, now }, [record])).rejects.toThrow()
    const later = new Date(now.getTime() + ABANDONED_AFTER_MS + 1)
    expect(await dirtyHours(store, 'gone', now)).toEqual([])
    const found = await dirtyHours(store, 'gone', later)
    expect(found.map(({ hour }) => hour)).toEqual([from, from])
    expect(found.map(({ stream }) => stream).sort()).toEqual(['labels', 'predictions'])
  })

  test('times of every length in digits come back to the millisecond', async () => {
    const times = [
      Date.UTC(1970, 0, 2),
      Date.UTC(2001, 0, 1, 0, 0, 0, 7),
      1e12,
      1767614400123,
      Date.UTC(2105, 11, 31),
    ]
    await storePredictions(
      { ...context(), now: new Date(times.at(-1)!) },
      times.map((at) => ({ value: { id: `t${at}`, ts: new Date(at).toISOString() } })),
    )
    const stored = await rows<{ id: string; at: number; hour: number }>(
      store.read,
      `SELECT id, toUnixTimestamp64Milli(ts) AS at, toUnixTimestamp(toStartOfHour(ts)) AS hour
       FROM ${silverTables(model.name).predictions} WHERE id LIKE 't%' ORDER BY ts`,
    )
    const hour = (at: number) => Math.floor(at / 3_600_000) * 3600
    expect(stored).toEqual(times.map((at) => ({ id: `t${at}`, at, hour: hour(at) })))
  })
})
