/** A file that is sent to a server is the same to the last count, or wrong for the same reason, as one that the embedded engine reads. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { baselineFromFile, inferModel, stageBaseline } from '../../../ingest/baseline/file-baseline.ts'
import { fileFormat } from '../../../ingest/files/file-format.ts'
import { kindOfType } from '../../../ingest/files/file-kinds.ts'
import { fileRows } from '../../../ingest/files/file-rows.ts'
import { openFile } from '../../../ingest/files/open-file.ts'
import { parquetParts } from '../../../ingest/files/parquet/parts.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import { rows } from '../../../store/engine/query.ts'
import { literal } from '../../../store/engine/sql.ts'
import { ROOT } from '../../support/root.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore, temporaryStore } from '../../support/stores/store.ts'

type TestStore = Awaited<ReturnType<typeof temporaryStore>>

const now = new Date('2026-01-06T00:00:00Z')
const CASES = join(ROOT, 'test/fixtures/cases')
const fixtures = readdirSync(CASES, { recursive: true })
  .map(String)
  .filter((name) => fileFormat(name) !== undefined && !/zero-inflated\/cur/.test(name))
  .sort()

/** All that is known of a file, and of the baseline that is made of it. */
async function found(store: TestStore, path: string) {
  const staged = await stageBaseline(store, path, join(store.directory, 'spool'), undefined)
  if (staged.status === 'unreadable') return staged
  const { rows, columns, unsupported, unnamed, drop } = staged.file
  const file = { rows, columns, unsupported, unnamed }
  try {
    const { model, leftOut } = await inferModel(store.rollup, staged.file, 'm')
    const request = { model, name: 'file', source: { file: basename(path) }, now }
    const outcome = await baselineFromFile(store, staged.file, request)
    if (outcome.status !== 'created') return { file, model, leftOut, outcome }
    const { version: _, ...baseline } = outcome.baseline
    return { file, model, leftOut, baseline, stored: await baselineColumns(store, model, outcome.baseline) }
  } finally {
    await drop()
  }
}

async function rowsOf(store: TestStore, path: string, from: number) {
  const file = await openFile(store, path, join(store.directory, 'spool'))
  const read = []
  const columns = file.columns.filter(({ type }) => kindOfType(type) !== undefined)
  try {
    if (columns.length > 0)
      for await (const block of fileRows(store, file, columns, from)) read.push(...block)
    return read
  } finally {
    await file.close()
  }
}

const tables = (store: TestStore) =>
  rows(
    store.read,
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'staging%'`,
  )

describeOnServer('a file that is sent to a server', () => {
  let embedded: TestStore
  let server: TestStore
  beforeAll(async () => {
    embedded = await temporaryStore()
    server = await temporaryServerStore()
  })

  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(embedded.directory, name)
    writeFileSync(path, content)
    return path
  }

  async function writeParquet(name: string, select: string, settings = ''): Promise<string> {
    const path = join(embedded.directory, name)
    await embedded.rollup.command({
      query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet) ${select} SETTINGS engine_file_truncate_on_insert = 1${settings}`,
    })
    return path
  }

  async function expectSame(path: string) {
    const expected = await found(embedded, path)
    expect(await found(server, path)).toEqual(expected)
    expect(await tables(server)).toEqual([])
    return expected
  }

  test.each(fixtures)('%s', async (name) => {
    expect(await expectSame(join(CASES, name))).toMatchObject({ file: {}, baseline: {} })
  })

  const TYPES = `SELECT number AS n, number % 7 = 0 ? NULL : number / 7 AS x, toFloat32(number) / 10 AS f, toString(number % 5) AS c,
    number % 3 = 0 AS b, toDate('2026-01-01') + number % 40 AS d, toDateTime64('2026-01-01 00:00:00', 6, 'UTC') + number AS t,
    toDecimal64(number, 3) / 8 AS m, toFixedString(toString(number % 2), 2) AS s, toUInt64(18446744073709551615 - number) AS big,
    CAST(number % 2, 'Enum8(\\'off\\' = 0, \\'on\\' = 1)') AS e, [number] AS nested, map('a', number) AS pairs,
    (number, 'x') AS two, toInt8(number % 100) AS label, '12,' || toString(number % 100) AS comma FROM numbers(30000)` // prettier-ignore

  test.each(['none', 'snappy', 'zstd', 'gzip', 'lz4', 'brotli'])('of every type in Parquet, compressed by %s', async (method) => {
    const path = await writeParquet(`types-${method}.parquet`, TYPES, `, output_format_parquet_compression_method = '${method}', output_format_parquet_row_group_size = 7000`) // prettier-ignore
    expect(await expectSame(path)).toMatchObject({ file: { rows: 30_000 }, baseline: { rows: 30_000 } })
    expect(await rowsOf(server, path, 12_345)).toEqual(await rowsOf(embedded, path, 12_345))
  }) // prettier-ignore

  test('goes in parts that hold each row once, where Parquet has row groups', async () => {
    const path = await writeParquet('groups.parquet', TYPES, ', output_format_parquet_row_group_size = 1000')
    const parts = []
    for await (const { from, bytes } of parquetParts(path, 100_000)) {
      const file = join(embedded.directory, `part-${from}.parquet`)
      await writeFile(file, bytes())
      parts.push({ from, file })
    }
    expect(parts.length).toBeGreaterThan(5)
    expect(parts.length).toBeLessThan(30)
    for (const { from, file } of parts) {
      const [range] = await rows(embedded.read, `SELECT toUInt32(min(n)) AS first, toUInt32(count()) AS rows, toUInt32(max(n)) + 1 AS next FROM file(${literal(file)}, Parquet)`) // prettier-ignore
      const next = parts.find((part) => part.from > from)?.from ?? 30_000
      expect(range).toEqual({ first: from, rows: next - from, next })
    }
  })

  test('with names that mean something to a table', async () => {
    const names = ['staged0', 'staged', 'position', '_row_exists', '_part', 'a', 'A', '`', "it's", 'back\\slash', 'é 😀', ' ', 'n'.repeat(200)] // prettier-ignore
    const header = names.map((name) => (/[`]/.test(name) ? `"${name}"` : name))
    const lines = Array.from({ length: 50 }, (_, i) => names.map((_, k) => (i * (k + 1)) % 11).join(','))
    await expectSame(write('names.csv', [header.join(','), ...lines, ''].join('\n')))
    await expectSame(write('names.ndjson', lines.map((line) => `${JSON.stringify(Object.fromEntries(line.split(',').map((cell, k) => [names[k], Number(cell)])))}\n`).join(''))) // prettier-ignore
  })

  test('of names that are longer together than an address may be', async () => {
    const name = (k: number) => `${k} ${'é'.repeat(190)}`
    const line = JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [name(k), k])))
    const path = write('long-names.ndjson', `${line}\n${line}\n`)
    const file = await openFile(server, path, join(server.directory, 'spool'))
    expect(await rows(server.read, `SELECT count() AS n FROM ${file.read}`)).toEqual([{ n: 2 }])
    await file.close()
  })

  test('of more columns than one statement is asked about', async () => {
    const header = Array.from({ length: 250 }, (_, k) => `c${k}`).join(',')
    const lines = Array.from({ length: 40 }, (_, i) => Array.from({ length: 250 }, (_, k) => (i * 31 + k) % 17).join(',')) // prettier-ignore
    await expectSame(write('wide.csv', [header, ...lines, ''].join('\n')))
  })

  const csv = 'a,b\n1,x\n2,y\n'
  const json = '{"a": 1, "b": {"c": 2}, "d": [1]}\n{"a": null, "b": {"c": "x"}, "e": "2026-01-01"}\n'
  const FILES: [string, string, string | Buffer][] = [
    ['separators and quotes', 'q.csv', 'a;b\n"1,5";"x;""y"""\n"2.000,5";\n'],
    ['carriage returns and a byte order mark', 'crlf.csv', '\ufeffa,b\r\n1,x\r\n2,y\r\n'],
    ['empty lines at the end', 'end.csv', `${csv}\n\n`],
    ['an index without a name', 'index.csv', ',a\n0,5\n1,6\n'],
    ['tabs', 'tabs.tsv', csv.replaceAll(',', '\t')],
    ['nested values', 'nested.ndjson', json],
    ['nothing but nested values', 'all-nested.ndjson', '{"a": [1]}\n{"a": [2, 3]}\n'],
    ['an array of JSON', 'array.ndjson', '[\n{"a": 1,\n"b": "x"},\n{"a": 2, "b": "y"}\n]\n'],
    ['JSON as Python writes it', 'python.ndjson', '{"a": NaN, "b": "x"}\n{"a": 2.5, "b": "Infinity"}\n'],
    ['packed JSON', 'packed.ndjson.gz', gzipSync(json)],
    ['Latin-1', 'latin.csv', Buffer.from('a,b\n1,caf\xe9\n2,th\xe9\n', 'latin1')],
    ['cells that are no numbers', 'invalid.csv', `a\n${'1\n2\n'.repeat(50)}none\nx\n`],
    ['a heading alone', 'heading.csv', 'a,b\n'],
    ['a ragged line', 'ragged.csv', `${csv}3\n`],
    ['a line that is too long', 'long.csv', `${csv}3,z,4\n`],
    ['an open quote', 'open.csv', 'a,b\n1,"x\n2,y\n'],
    ['an empty line', 'empty-line.csv', 'a,b\n1,x\n\n2,y\n'],
    ['a column twice', 'twice.csv', 'a,a\n1,2\n'],
    ['UTF-16', 'utf16.csv', Buffer.from(`\ufeff${csv}`, 'utf16le')],
    ['damaged gzip', 'damaged.csv.gz', gzipSync(csv.repeat(2000)).subarray(0, 60)],
    ['damaged gzip of JSON', 'damaged.ndjson.gz', gzipSync(json.repeat(2000)).subarray(0, 80)],
    ['no gzip', 'none.csv.gz', csv],
    ['no JSON', 'text.ndjson', 'a\nb\n'],
    ['JSON that is no object', 'numbers.ndjson', '{"a": 1}\n2\n'],
    ['JSON that ends early', 'early.ndjson', '{"a": 1}\n{"a":'],
    ['an array of numbers', 'numbers-array.ndjson', '[1, 2]'],
    ['only empty lines', 'blank.ndjson', '\n\n'],
    ['JSON with values of another kind late', 'late.ndjson', '{"a": 1}\n'.repeat(30_000) + '{"a": {"b": 1}}\n'],
    ['nothing of Parquet', 'text.parquet', 'this is no Parquet file at all'],
    ['a few bytes', 'tiny.parquet', 'PAR1'],
    ['magic bytes alone', 'magic.parquet', 'PAR1PAR1PAR1'],
    ['text between magic bytes', 'between.parquet', 'PAR1 nothing PAR1'],
    ['metadata of nonsense', 'nonsense.parquet', Buffer.from('PAR1\xff\xff\xff\xff\x04\x00\x00\x00PAR1', 'latin1')],
  ] // prettier-ignore

  test.each(FILES)('with %s', async (_, name, content) => {
    const path = write(name, content)
    const outcome = await expectSame(path)
    if (!('reason' in outcome) && !name.includes('json'))
      expect(await rowsOf(server, path, 1)).toEqual(await rowsOf(embedded, path, 1))
    if ('reason' in outcome) expect(outcome.reason).not.toMatch(/DB::|staging_|unhex|input\(/)
  })

  test('of Parquet that ends early, or holds damaged pages', async () => {
    const path = await writeParquet('whole.parquet', TYPES)
    const bytes = readFileSync(path)
    await expectSame(write('cut.parquet', bytes.subarray(0, bytes.length / 2)))
    const damaged = Buffer.from(bytes)
    damaged.fill(0, 1000, 3000)
    for (const [name, content] of [
      ['headless', bytes.subarray(1000)],
      ['pages', damaged],
    ] as const)
      expect(await found(server, write(`${name}.parquet`, content)), name).toMatchObject({
        status: 'unreadable',
      })
    expect(await tables(server)).toEqual([])
  })
})
