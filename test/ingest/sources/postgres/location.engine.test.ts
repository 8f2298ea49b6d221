import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import type { SourceFile } from '../../../../ingest/sources/location.ts'
import { createPostgresLocation, type PostgresOptions } from '../../../../ingest/sources/postgres/location.ts'
import { MINUTE_MS } from '../../../../domain/time.ts'
import { withOpenFile } from '../../../../ingest/files/open-file.ts'
import { atEnd } from '../../../support/runner/at-end.ts'
import {
  describeOnPostgres,
  query,
  startPostgres,
  type PostgresServer,
} from '../../../support/stores/postgres.ts'
import { temporaryStore } from '../../../support/stores/store.ts'
import { rows } from '../../../../store/engine/query.ts'

const NOW = Date.parse('2026-03-01T00:00:00Z')
const { signal } = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'driftgauge-rows-'))
atEnd(() => rmSync(folder, { recursive: true, force: true }))

describeOnPostgres('rows of PostgreSQL as a source', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
    atEnd(() => server.stop())
  })

  /** A location on a new schema, in which these statements ran. */
  async function locationOf(
    statements: string,
    {
      query: text = 'SELECT * FROM scores',
      cursor = 'id',
      ...options
    }: Partial<PostgresOptions> & { query?: string; cursor?: string; url?: (url: string) => string } = {},
  ) {
    const url = await server.createSchema()
    if (statements !== '') await query(url, statements)
    const address = options.url?.(url) ?? url
    const location = createPostgresLocation(
      { connection: 'shop', query: text, cursor },
      {
        settleMs: 5 * MINUTE_MS,
        timezone: 'UTC',
        settings: { folders: [], variables: { DRIFTGAUGE_SOURCE_SHOP_URL: address } },
        now: () => NOW,
        ...options,
      },
    )
    const next = async (last?: string): Promise<SourceFile | undefined> => {
      const files: SourceFile[] = []
      for await (const file of location.list(last, signal)) files.push(file)
      expect(files.length).toBeLessThan(2)
      return files.at(0)
    }
    const linesOf = async (file: SourceFile): Promise<string[]> => {
      const target = join(folder, 'piece.ndjson')
      expect(await location.fetch(file, target, signal)).toBe('fetched')
      return readFileSync(target, 'utf8').trimEnd().split('\n')
    }
    /** Every piece from the beginning: its path and the values of this column. */
    const pieces = async (column: string) => {
      const found: [string, unknown[]][] = []
      for (let file = await next(); file !== undefined; file = await next(file.path)) {
        const lines = await linesOf(file)
        found.push([file.path, lines.map((line) => (JSON.parse(line) as Record<string, unknown>)[column])])
      }
      return found
    }
    return { url, location, next, linesOf, pieces }
  }
  const problemOf = async (...args: Parameters<typeof locationOf>): Promise<string> => {
    const { next } = await locationOf(...args)
    const fault: unknown = await next().catch((error: unknown) => error)
    expect(fault).toHaveProperty('name', 'LocationError')
    return (fault as Error).message
  }

  it('takes every row once, in pieces that do not part rows of an equal cursor', async () => {
    const { pieces, url, next } = await locationOf(
      `CREATE TABLE scores AS SELECT n / 2 AS id FROM generate_series(1, 14) AS n ORDER BY random()`,
      { pieceRows: 4 },
    )
    expect(await pieces('id')).toEqual([
      ['to 2.ndjson', [0, 1, 1, 2, 2]],
      ['after 2 to 4.ndjson', [3, 3, 4, 4]],
      ['after 4 to 6.ndjson', [5, 5, 6, 6]],
      ['after 6 to 7.ndjson', [7]],
    ])
    expect(await next('after 6 to 7.ndjson')).toBeUndefined()
    await query(url, 'INSERT INTO scores VALUES (9)')
    expect(await next('after 6 to 7.ndjson')).toEqual({
      path: 'after 7 to 9.ndjson',
      etag: 'rows',
      size: 0,
      modifiedAt: NOW,
      constants: {},
    })
  })

  it('tells apart times that differ by a microsecond', async () => {
    const { pieces } = await locationOf(
      `CREATE TABLE scores AS SELECT n AS id, timestamptz '2024-03-31 01:00:00.000007+02' + n * interval '1 microsecond' AS at
       FROM generate_series(1, 3) AS n`,
      { cursor: 'at', pieceRows: 1 },
    )
    expect(await pieces('id')).toEqual([
      ['to 2024-03-30 23:00:00.000008+00.ndjson', [1]],
      ['after 2024-03-30 23:00:00.000008+00 to 2024-03-30 23:00:00.000009+00.ndjson', [2]],
      ['after 2024-03-30 23:00:00.000009+00 to 2024-03-30 23:00:00.00001+00.ndjson', [3]],
    ])
  })

  it('leaves rows that have not settled by the clock of the database', async () => {
    const { pieces } = await locationOf(
      `CREATE TABLE scores AS SELECT minutes AS id, now() - minutes * interval '1 minute' AS at FROM unnest(ARRAY[-60, 0, 4, 6, 60]) AS minutes`,
      { cursor: 'at' },
    )
    expect((await pieces('id')).map(([, ids]) => ids)).toEqual([[60, 6]])
  })

  it('reads times without a zone by the clock of their zone', async () => {
    const statements = `CREATE TABLE scores AS SELECT minutes AS id, (now() AT TIME ZONE 'America/New_York') - minutes * interval '1 minute' AS at
      FROM unnest(ARRAY[1, 9]) AS minutes`
    const zoned = await locationOf(statements, { cursor: 'at', timezone: 'America/New_York' })
    expect((await zoned.pieces('id')).map(([, ids]) => ids)).toEqual([[9]])
  })

  it('reads a day once it is over', async () => {
    const { pieces } = await locationOf(
      `CREATE TABLE scores AS SELECT days AS id, (now() AT TIME ZONE 'UTC')::date - days AS day FROM generate_series(0, 2) AS days`,
      { cursor: 'day', settleMs: 0 },
    )
    expect((await pieces('id')).map(([, ids]) => ids)).toEqual([[2, 1]])
  })

  it('goes on beyond a NaN and counts the rows that no piece holds', async () => {
    const { pieces, location, url, next } = await locationOf(
      `CREATE TABLE scores (id numeric); INSERT INTO scores VALUES (1.50), (12345678901234567890.123), ('NaN'), (NULL), ('-Infinity')`,
    )
    const all = await pieces('id')
    expect(all.map(([path]) => path)).toEqual(['to 12345678901234567890.123.ndjson'])
    expect(all[0][1]).toHaveLength(2)
    expect(await location.countUnordered(signal)).toBe(3)
    await query(url, 'INSERT INTO scores VALUES (12345678901234567890.124)')
    expect((await next(all[0][0]))?.path).toBe(
      'after 12345678901234567890.123 to 12345678901234567890.124.ndjson',
    )
  })

  it('writes lines that hold what the row holds', async () => {
    const { next, linesOf } = await locationOf(
      `CREATE TABLE scores (id int, "say ""hi""" text, big bigint, price numeric, nan float8, single real, inf numeric, flags jsonb, spread json, at timestamp, day date, missing text, raw bytea);
       INSERT INTO scores VALUES (1, E'two\nlines "x" ü 🙂', 9007199254740993, 12.3400, 'NaN', 0.1, '-Infinity', '{"a": [1, null]}', E'{"b":\n  "c"}', '2024-01-02 03:04:05.000006', '2024-01-02', NULL, '\\x00ff')`,
      { query: 'SELECT * FROM scores -- all of it\n;\n' },
    )
    const [line, ...others] = await linesOf((await next())!)
    expect(others).toEqual([])
    expect(line).toContain('"big":9007199254740993,"price":12.3400,"nan":null,"single":0.1,"inf":null')
    expect(JSON.parse(line)).toMatchObject({
      id: 1,
      'say "hi"': 'two\nlines "x" ü 🙂',
      flags: { a: [1, null] },
      spread: { b: 'c' },
      at: '2024-01-02T03:04:05.000006',
      day: '2024-01-02',
      missing: null,
    })
  })

  it('gives the engine a file of many rows that it reads', async () => {
    const store = await temporaryStore()
    const { next, location } = await locationOf(
      `CREATE TABLE scores AS SELECT n AS id, CASE WHEN n % 1000 = 0 THEN 'NaN'::float8 ELSE n / 7.0 END AS amount, repeat('x', 100) AS note
       FROM generate_series(1, 23456) AS n`,
    )
    const target = join(folder, 'many.ndjson')
    expect(await location.fetch((await next())!, target, signal)).toBe('fetched')
    const counted = await withOpenFile(store, target, join(folder, 'spool'), async ({ read, close }) => {
      const found = await rows(
        store.read,
        `SELECT count() AS n, countIf(amount IS NULL) AS missing FROM ${read}`,
      )
      await close()
      return found
    })
    expect(counted).toEqual([{ n: 23456, missing: 23 }])
  })

  it('says that a piece has changed whose rows are gone', async () => {
    const { next, location, url } = await locationOf('CREATE TABLE scores AS SELECT 1 AS id')
    const file = (await next())!
    await query(url, 'DELETE FROM scores')
    expect(await location.fetch(file, join(folder, 'gone.ndjson'), signal)).toBe('changed')
  })

  it('changes nothing, whatever the query says', async () => {
    const table = 'CREATE TABLE scores AS SELECT 1 AS id; CREATE SEQUENCE counter'
    expect(await problemOf(table, { query: `SELECT nextval('counter') AS id` })).toMatch(
      /would change something/,
    )
    expect(await problemOf(table, { query: 'SELECT 1 AS id; DROP TABLE scores' })).toMatch(/a semicolon/)
    expect(await problemOf(table, { query: 'DELETE FROM scores RETURNING id' })).toMatch(/refuses the query/)
    expect(await problemOf(table, { query: 'WITH gone AS (DELETE FROM scores RETURNING id) SELECT id FROM gone' })).toMatch(/refuses the query/) // prettier-ignore
  })

  it.each<[string, { query?: string; cursor?: string }, RegExp]>([
    [
      'a cursor that is no column',
      { cursor: 'created' },
      /no column "created" for its cursor; it has id, note/,
    ],
    ['a cursor of text', { cursor: 'note' }, /"note" is neither a time nor/],
    ['two columns of one name', { query: 'SELECT 1 AS id, 2 AS id' }, /two columns "id"/],
    ['a table that is not there', { query: 'SELECT * FROM missing' }, /relation "missing" does not exist/],
    ['a name made to break out', { cursor: 'id" FROM scores; --' }, /no column/],
  ])('says what is wrong with %s', async (_, options, message) => {
    expect(await problemOf(`CREATE TABLE scores AS SELECT 1 AS id, 'x'::text AS note`, options)).toMatch(
      message,
    )
  })

  it('says what is wrong with the address, without its password', async () => {
    const messages = await Promise.all([
      problemOf('', { url: (url) => url.replace('password', 'swordfish') }),
      problemOf('', { url: (url) => url.replace(':password', '') }),
      problemOf('', { url: (url) => url.replace('/postgres?', '/missing?') }),
      problemOf('', { url: (url) => url.replace(/:\d+\//, ':1/') }),
      problemOf('', { url: (url) => `${url}&sslmode=require` }),
      problemOf('', { url: () => 'postgres://reader:swordfish@:x' }),
      problemOf('', { settings: { folders: [], variables: {} } }),
    ])
    const expected = [/user or the password/, /password/, /no such database/, /ECONNREFUSED/, /secure connection/, /not an address/, /no DRIFTGAUGE_SOURCE_SHOP_URL/] // prettier-ignore
    for (const [i, message] of messages.entries()) {
      expect(message).toMatch(expected[i])
      expect(message).not.toContain('swordfish')
      if (i < 6) expect(message).toContain('DRIFTGAUGE_SOURCE_SHOP_URL')
    }
  })

  it('names the table that its user may not read', async () => {
    const message = await problemOf(
      `CREATE ROLE reader LOGIN PASSWORD 'swordfish'; CREATE TABLE scores AS SELECT 1 AS id;
       DO $$ BEGIN EXECUTE 'GRANT USAGE ON SCHEMA ' || current_schema || ' TO reader'; END $$`,
      { url: (url) => url.replace('postgres:password', 'reader:swordfish') },
    )
    expect(message).toMatch(/permission denied for table scores/)
  })

  it('stops when it is told to, also in a query that takes long', async () => {
    const { location, url } = await locationOf('', { query: 'SELECT 1 AS id FROM pg_sleep(600)' })
    const stopping = new AbortController()
    const listing = location.list(undefined, stopping.signal)[Symbol.asyncIterator]().next()
    const running = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND application_name = 'driftgauge source'`
    await vi.waitUntil(async () => (await query(url, running)).length > 0, { timeout: 20_000 })
    stopping.abort(new Error('stopped'))
    await expect(listing).rejects.toThrow('stopped')
  })
})
