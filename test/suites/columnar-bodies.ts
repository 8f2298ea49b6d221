import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { literal } from '../../store/engine/sql.ts'
import { columnarBody, MEDIA_TYPES, writtenBody, type ColumnarFormat } from '../support/columnar/body.ts'
import { ROOT } from '../support/root.ts'
import { testService, type TestService } from '../support/service.ts'

const model = modelSchema.parse({ name: 'm', task: 'binary', features: { hour: 'numeric', origin: 'categorical' } }) // prettier-ignore
const FORMATS: ColumnarFormat[] = ['Parquet', 'ArrowStream', 'Arrow']
const TYPES = { id: 'String', ts: "DateTime64(3, 'UTC')", hour: 'Nullable(Float64)', origin: 'LowCardinality(Nullable(String))', prediction: 'Nullable(String)' } // prettier-ignore
const row = (id: string, extra: object = {}) => ({ id, ts: '2026-01-03 17:05:00', hour: 1, origin: 'x', prediction: 'yes', ...extra }) // prettier-ignore
const fixture = (name: string) => readFileSync(join(ROOT, 'test/fixtures/columnar', name))
const MEGABYTES = 60

/** What a body of columns is answered over HTTP, on the store that the environment names. */
export function columnarBodies(environment: () => Promise<Record<string, string>>): void {
  let service: TestService
  beforeAll(async () => {
    service = await testService(
      { models: [model], monitors: [] },
      { DRIFTGAUGE_MAX_INTAKE_MB: String(MEGABYTES), ...(await environment()) },
    )
  })
  const send = (body: Uint8Array, format: ColumnarFormat, { path = 'predictions', headers = {} } = {}) =>
    service.call('POST', `/models/m/${path}`, body, { 'content-type': MEDIA_TYPES[format], ...headers })
  const count = async (query: string) => (await rows<{ n: number }>(service.store.read, query))[0].n
  const stored = () => count('SELECT count() AS n FROM predictions_m FINAL')
  /** Nothing is stored, and nothing left behind. */
  async function refused(work: () => Promise<{ status: number; body: { detail: string } }>) {
    const before = [await stored(), await count('SELECT count() AS n FROM dead_letters FINAL')]
    const { status, body } = await work()
    expect([await stored(), await count('SELECT count() AS n FROM dead_letters FINAL')]).toEqual(before)
    await nothingLeft()
    return [status, body.detail] as const
  }
  async function nothingLeft() {
    expect(await count("SELECT count() AS n FROM system.tables WHERE name LIKE 'staging%'")).toBe(0)
    const spool = join(service.directory, 'spool')
    const files = readdirSync(spool, { recursive: true, withFileTypes: true })
    expect(files.filter((file) => file.isFile()).map(({ name }) => name)).toEqual([])
  }

  test.each(FORMATS)('%s is taken, packed or not', async (format) => {
    const body = await columnarBody(service.store, format, TYPES, [row(`${format}-1`), row(`${format}-2`)])
    const before = await stored()
    expect(await send(body, format)).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: 0, warnings: [] },
    })
    expect(await stored()).toBe(before + 2)
    const packed = await send(gzipSync(body), format, { headers: { 'content-encoding': 'gzip' } })
    expect(packed).toMatchObject({ status: 200, body: { accepted: 2 } })
    expect(await stored(), 'sent again, an event counts once').toBe(before + 2)
    await nothingLeft()
  })

  test.each(FORMATS)('bytes that are not UTF-8 stay apart in %s, as in a baseline', async (format) => {
    // "café" and "cafè" in Latin-1, as an id and as a category.
    const select = `SELECT concat(origin, ${literal(format)}) AS id, toDateTime64('2026-01-03 17:05:00', 3, 'UTC') AS ts,
      1. AS hour, unhex(arrayJoin(['636166E8', '636166E9'])) AS origin, 'yes' AS prediction`
    const body = await writtenBody(service.store, format, select)
    expect(await send(body, format)).toMatchObject({ status: 200, body: { accepted: 2, warnings: [] } })
    const end = Buffer.from(format).toString('hex').toUpperCase()
    const query = `SELECT id, f_origin AS origin FROM predictions_m FINAL WHERE endsWith(id, ${literal(end)}) ORDER BY id`
    expect(await rows(service.store.read, query)).toEqual(
      ['\\x636166E8', '\\x636166E9'].map((origin) => ({ id: origin + end, origin })),
    )
  })

  test('rows keep their numbers over many batches', async () => {
    const select = `SELECT if(number % 100000 = 70000, '', concat('n', toString(number))) AS id,
      toDateTime64('2026-01-02 00:00:00', 3, 'UTC') + intDiv(number, 100) AS ts, number AS hour, if(number = 120000, 'no', 'yes') AS prediction FROM numbers(230000)` // prettier-ignore
    const before = await stored()
    const { status, body } = await send(await writtenBody(service.store, 'Parquet', select, 'max_threads = 1'), 'Parquet') // prettier-ignore
    expect([status, body.accepted, body.rejected]).toEqual([200, 229_998, 2])
    expect(body.rejections.map(({ index, reason }: { index: number; reason: string }) => [index, reason])).toEqual([[70_000, 'bad_id'], [170_000, 'bad_id']]) // prettier-ignore
    expect(await stored()).toBe(before + 229_998)
  }, 120_000)

  test('with too many rejected rows, a body is not stored on, which the answer says', async () => {
    const select = `SELECT if(number < 100000, '', concat('late', toString(number))) AS id, toDateTime64('2026-01-02 00:00:00', 3, 'UTC') AS ts FROM numbers(500000)`
    const before = await stored()
    const { status, body } = await send(
      await writtenBody(service.store, 'ArrowStream', select),
      'ArrowStream',
    )
    expect([status, body.accepted, body.rejected]).toEqual([422, body.stopped.records - 100_000, 100_000])
    expect(body.stopped.records).toBeLessThan(500_000)
    expect(body.stopped.detail).toContain(`Up to row ${body.stopped.records - 1}, `)
    expect(await stored()).toBe(before + body.accepted)
  }, 120_000)

  test('of rows with the same identity the last one counts, whichever way each is stored', async () => {
    const twice = [
      row('same', { hour: 1, prediction: null }), // reported, so that it is read as a record
      row('same', { hour: 2 }),
      row('other', { hour: 1 }),
      row('other', { hour: 2, prediction: null }),
    ]
    await send(await columnarBody(service.store, 'Parquet', TYPES, twice), 'Parquet')
    const found = await rows(service.store.read, `SELECT id, f_hour AS hour FROM predictions_m FINAL WHERE id IN ('same', 'other') ORDER BY id`) // prettier-ignore
    expect(found).toEqual([
      { id: 'other', hour: 2 },
      { id: 'same', hour: 2 },
    ])
  })

  test('labels are placed, or wait for their predictions', async () => {
    const types = { id: 'String', label: 'Bool', prediction_ts: "Nullable(DateTime64(3, 'UTC'))" }
    const labels = [
      { id: 'l1', label: true, prediction_ts: '2026-01-03 17:05:00' },
      { id: 'l2', label: false, prediction_ts: null },
    ]
    const body = await columnarBody(service.store, 'ArrowStream', types, labels)
    expect(await send(body, 'ArrowStream', { path: 'labels?label_delay=1h' })).toMatchObject({
      status: 200,
      body: { accepted: 2, warnings: [] },
    })
    expect(await rows(service.store.read, 'SELECT id, label, toString(labelled_at) AS at FROM labels_m FINAL')).toEqual([{ id: 'l1', label: '1', at: '2026-01-03 18:05:00.000' }]) // prettier-ignore
    expect(await rows(service.store.read, 'SELECT id, label, labelled_after AS after FROM pending_labels FINAL')).toEqual([{ id: 'l2', label: '0', after: 3_600_000 }]) // prettier-ignore
  })

  test('a dead letter is the event as JSON', async () => {
    await send(
      await columnarBody(service.store, 'Parquet', TYPES, [row('', { prediction: 'no' })]),
      'Parquet',
    )
    const [letter] = await rows<{ source: string; payload: string }>(
      service.store.read,
      `SELECT source, payload FROM dead_letters WHERE payload LIKE '%"no"%'`,
    )
    expect([letter.source, JSON.parse(letter.payload)]).toEqual([
      'http:predictions',
      { id: '', ts: '2026-01-03T17:05:00.000Z', prediction: 'no', features: { hour: 1, origin: 'x' } },
    ])
  })

  test('rows that ClickHouse refuses are dead letters, and the others are stored', async () => {
    await service.store.rollup.command({ query: `ALTER TABLE predictions_m ADD CONSTRAINT small CHECK ifNull(f_hour, 0) < 1000` }) // prettier-ignore
    try {
      const body = await columnarBody(service.store, 'Parquet', TYPES, [
        row('fits'),
        row('large', { hour: 5000 }),
      ])
      const answer = await send(body, 'Parquet')
      expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejections: [{ index: 1, reason: 'refused_by_store' }] } }) // prettier-ignore
      expect(await count(`SELECT count() AS n FROM predictions_m FINAL WHERE id IN ('fits', 'large')`)).toBe(
        1,
      )
    } finally {
      await service.store.rollup.command({ query: 'ALTER TABLE predictions_m DROP CONSTRAINT small' })
    }
  })

  describe('times without a zone', () => {
    test.each([['times-without-zone.parquet', 'Parquet'], ['times-without-zone.arrows', 'ArrowStream']] as const)('in %s are refused, or in UTC if the request says so', async (name, format) => {
      const [status, detail] = await refused(() => send(fixture(name), format))
      expect([status, detail]).toEqual([400, expect.stringMatching(/column "ts" holds times without a time zone.*\?timezone=UTC/)])
      expect(await send(fixture(name), format, { path: 'predictions?timezone=UTC' })).toMatchObject({ status: 200, body: { accepted: 1 } })
      expect(await count(`SELECT count() AS n FROM predictions_m FINAL WHERE id = 'a' AND ts = '2026-01-03 17:05:00'`)).toBe(1)
    }) // prettier-ignore

    test('in text are in UTC if the request says so', async () => {
      const body = await columnarBody(service.store, 'Parquet', { ...TYPES, ts: 'String' }, [row('in text')])
      expect(await send(body, 'Parquet')).toMatchObject({ status: 422, body: { rejections: [{ reason: 'bad_ts' }] } }) // prettier-ignore
      expect(await send(body, 'Parquet', { path: 'predictions?timezone=UTC' })).toMatchObject({ status: 200 })
    })

    test('are not what the query is for in JSON', async () => {
      const { status, body } = await service.call('POST', '/models/m/predictions?timezone=UTC', [])
      expect([status, body.detail]).toEqual([400, expect.stringMatching(/Parquet and Arrow only/)])
    })
  })

  test('dictionaries of numbers, such as categoricals of pandas, are their values', async () => {
    const select = `SELECT 'dictionary' AS id, toDateTime64('2026-01-03 17:05:00', 3, 'UTC') AS ts, 'yes' AS prediction,
      CAST(1.5 AS LowCardinality(Float64)) AS hour, CAST(9007199254740993 AS LowCardinality(Nullable(Int64))) AS origin`
    const body = await writtenBody(service.store, 'ArrowStream', select, 'allow_suspicious_low_cardinality_types = 1') // prettier-ignore
    expect(await send(body, 'ArrowStream')).toMatchObject({
      status: 200,
      body: { accepted: 1, warnings: [] },
    })
    expect(await rows(service.store.read, "SELECT f_hour AS hour, f_origin AS origin FROM predictions_m FINAL WHERE id = 'dictionary'")).toEqual([{ hour: 1.5, origin: '9007199254740993' }]) // prettier-ignore
  })

  test('a column of nothing but nulls is a feature without a value', async () => {
    expect(await send(fixture('null-column.arrows'), 'ArrowStream')).toMatchObject({ status: 200, body: { accepted: 1 } }) // prettier-ignore
  })

  describe('a bomb', () => {
    test.each([['bomb.parquet', 'Parquet', /smaller row groups|several requests/], ['bomb.arrows', 'ArrowStream', /smaller record batches/]] as const)('of a few hundred bytes, %s, is refused', async (name, format, wayOut) => {
      const body = fixture(name)
      expect(body.length).toBeLessThan(2_500)
      const inserted = () => count("SELECT toUInt64(sum(value)) AS n FROM system.events WHERE event = 'InsertedBytes'")
      const before = await inserted()
      const [status, detail] = await refused(() => send(body, format))
      expect((await inserted()) - before, 'of twenty gigabytes').toBeLessThan(5_000_000_000)
      expect([status, detail]).toEqual([413, expect.stringMatching(/takes more memory than one may have|more than 60000000 bytes, uncompressed/)])
      expect(detail).toMatch(wayOut)
    }, 180_000) // prettier-ignore

    test.each(['Parquet', 'ArrowStream'] as const)(
      'of too many rows in %s is refused',
      async (format) => {
        const select = `SELECT toUInt8(0) AS id, toUInt32(1767614400) AS ts FROM numbers(10000001)`
        const [status, detail] = await refused(async () =>
          send(await writtenBody(service.store, format, select), format),
        )
        expect([status, detail]).toEqual([
          413,
          expect.stringMatching(/more than 10000000 rows|more than 60000000 bytes/),
        ])
      },
      120_000,
    )

    test.each(['Parquet', 'ArrowStream'] as const)('of too many bytes in %s, uncompressed, is refused', async (format) => {
      const select = `SELECT toString(number) AS id, toUInt32(1767614400) AS ts, concat(id, repeat('x', 990)) AS origin FROM numbers(80000)`
      const body = await writtenBody(service.store, format, select)
      expect(body.length).toBeLessThan(MEGABYTES * 100_000)
      const [status, detail] = await refused(() => send(body, format))
      expect([status, detail]).toEqual([413, expect.stringMatching(/more than 60000000 bytes, uncompressed.*DRIFTGAUGE_MAX_INTAKE_MB/)])
    }, 120_000) // prettier-ignore
  })

  describe('a body that cannot be read', () => {
    const sound = (format: ColumnarFormat) =>
      writtenBody(service.store, format, `SELECT concat('b', toString(number)) AS id, toUInt32(1767614400) AS ts, toString(number * number) AS origin FROM numbers(150000)`) // prettier-ignore

    test.each(FORMATS)(
      'because it is cut off stores nothing (%s)',
      async (format) => {
        const body = await sound(format)
        for (const length of [0, 5, 100, Math.floor(body.length / 2)]) {
          const [status, detail] = await refused(() => send(body.subarray(0, length), format))
          expect([length, status, detail]).toEqual([length, 400, expect.stringMatching(/Parquet|Arrow/)])
          expect(detail).not.toContain(service.directory)
        }
      },
      60_000,
    )

    test.each(['Parquet', 'ArrowStream'] as const)(
      'because it is damaged stores nothing (%s)',
      async (format) => {
        const body = Buffer.from(await sound(format))
        const at = Math.floor(body.length * 0.5)
        body.fill(0xff, at, at + 2000)
        const [status, detail] = await refused(() => send(body, format))
        expect([status, detail]).toEqual([400, expect.stringMatching(/cannot be read as/)])
      },
    )

    test('because it is something else', async () => {
      const [status, detail] = await refused(() => send(Buffer.from('{"id":"a"}\n'.repeat(50)), 'Parquet'))
      expect([status, detail]).toEqual([
        400,
        expect.stringMatching(/cannot be read as Parquet: it does not end as/),
      ])
    })

    test('because a column is missing', async () => {
      const body = await columnarBody(service.store, 'Parquet', { id: 'String', when: 'Int64' }, [{ id: 'a', when: 1 }]) // prettier-ignore
      const [status, detail] = await refused(() => send(body, 'Parquet'))
      expect([status, detail]).toEqual([400, 'The body has no column "ts", which predictions need. Its columns: "id", "when".']) // prettier-ignore
    })
  })

  test.each(FORMATS)('reference features in %s are taken, and rejected by row number', async (format) => {
    const types = { id: 'String', hour: 'Nullable(Float64)', score: 'Float64' }
    const body = await columnarBody(service.store, format, types, [
      { id: `r1 ${format}`, hour: 1, score: 0.5 },
      { id: '', hour: 2, score: 0.5 },
      { id: `r2 ${format}`, hour: null, score: 0.5 },
    ])
    const answer = await send(body, format, { path: 'reference-features' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        accepted: 2,
        rejections: [{ index: 1, reason: 'bad_id' }],
        warnings: [{ field: 'features.score', reason: 'unknown_feature', count: 2 }],
      },
    })
    const found = await rows(service.store.read, `SELECT id, f_hour, uncompared FROM reference_features_m FINAL WHERE id LIKE '%${format}' ORDER BY id`) // prettier-ignore
    expect(found).toEqual([
      { id: `r1 ${format}`, f_hour: 1, uncompared: ['origin'] },
      { id: `r2 ${format}`, f_hour: null, uncompared: ['origin'] },
    ])
    const [letter] = await rows<{ payload: string }>(service.store.read, `SELECT payload FROM dead_letters WHERE source = 'http:reference-features' LIMIT 1`) // prettier-ignore
    expect(JSON.parse(letter.payload)).toEqual({ id: '', features: { hour: 2, score: 0.5 } })
    await nothingLeft()
  })

  test('reference features keep the limits of a body', async () => {
    const bomb = () => send(fixture('bomb.parquet'), 'Parquet', { path: 'reference-features' })
    expect((await refused(bomb))[0]).toBe(413)
    const types = { ts: "DateTime64(3, 'UTC')", hour: 'Float64' }
    const body = await columnarBody(service.store, 'Parquet', types, [{ ts: '2026-01-03 17:05:00', hour: 1 }])
    const [status, detail] = await refused(() => send(body, 'Parquet', { path: 'reference-features' }))
    expect([status, detail]).toEqual([400, 'The body has no column "id", which reference features need. Its columns: "ts", "hour".']) // prettier-ignore
    const local = fixture('times-without-zone.parquet')
    expect(await send(local, 'Parquet', { path: 'reference-features' })).toMatchObject({ status: 400 })
    const inUtc = await send(local, 'Parquet', { path: 'reference-features?timezone=UTC' })
    expect(inUtc).toMatchObject({ status: 200, body: { accepted: 1 } })
  }, 180_000)
}
