import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../store/engine/client.ts'
import { insertEncoded, rows } from '../../store/engine/query.ts'
import { array, float, hourLiteral, identifier, instant, isoText, literal } from '../../store/engine/sql.ts'
import { temporaryStore } from '../support/stores/store.ts'

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
})

const HOSTILE = [
  '\\', '`', "'", '"', '\\`', "\\'", '\\\\', '\\0', '\\n', '\\x41', '\\N', '``', "''", '`; DROP TABLE x; --', "' OR 1 --",
  'a.b', '.', '..', 'a.b.c', '😀', 'é', 'e\u0301', '漢字', '{x:UInt8}', '{', '}', '?', '??', '--', '-- x', '/*', '*/', '#',
  ';', '$$', '$1', '%', '%s', '@', ':a', ' ', '  a  ', '\t', '\n', '\r\n', '\b', '\0', 'a\0b', '\u0001', '\u007f', '\u2028',
  '\ufeff', 'NULL', 'null', 'select', 'id', 'ts', '__proto__', 'constructor', '0', '1e3', 'x'.repeat(200),
] // prettier-ignore
const HALVES = ['\ud800', '\udc00', 'a\ud800b', '\udc00\ud800']

/** Text with many characters that SQL gives a meaning to. */
const hostileText = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...HOSTILE, ...HALVES) },
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))

describe('strings as literals', () => {
  const roundTrip = async (texts: readonly string[]) => {
    const [row] = await rows<{ texts: string[]; bytes: string[] }>(
      store.read,
      `SELECT ${array(texts.map(literal), 'String')} AS texts, arrayMap(t -> hex(t), texts) AS bytes`,
    )
    expect(row.texts).toEqual(texts.map((text) => text.toWellFormed()))
    expect(row.bytes).toEqual(texts.map((text) => Buffer.from(text, 'utf8').toString('hex').toUpperCase()))
  }

  test('come back byte for byte; half a surrogate pair as the replacement character', () =>
    roundTrip(['', ...HOSTILE, ...HALVES]))

  test('come back whatever they hold', () =>
    fc.assert(fc.asyncProperty(fc.array(hostileText, { maxLength: 40 }), roundTrip), { numRuns: 60 }))

  test('come back as query parameters too', async () => {
    for (const text of ['', ...HOSTILE]) {
      const [row] = await rows<{ text: string }>(store.read, 'SELECT {text:String} AS text', { text })
      expect(row.text, JSON.stringify(text)).toBe(text)
    }
  })
})

describe('names', () => {
  /** A table with these columns, written and read as our statements do; the stored value of each is its position. */
  async function throughTable(table: string, names: readonly string[]): Promise<void> {
    const columns = names.map(identifier)
    const quoted = identifier(table)
    await store.rollup.command({ query: `DROP TABLE IF EXISTS ${quoted}` })
    await store.rollup.command({
      query: `CREATE TABLE ${quoted} (${columns.map((name) => `${name} Nullable(Float64)`).join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
    })
    await insertEncoded(store.ingest, quoted, columns, [JSON.stringify(names.map((_, i) => i))])
    const described = await rows<{ name: string }>(store.read, `DESCRIBE TABLE ${quoted}`)
    expect(described.map(({ name }) => name)).toEqual(names)
    const joined = await rows<Record<string, number>>(
      store.read,
      `SELECT p.*, q.k FROM (SELECT *, 1 AS k FROM ${quoted}) AS p LEFT JOIN (SELECT 1 AS k) AS q ON p.k = q.k`,
    )
    for (const [i, name] of names.entries()) expect(joined[0][name], JSON.stringify(name)).toBe(i)
    const [values] = await rows<{ all: number[] }>(
      store.read,
      `SELECT [${columns.join(', ')}] AS all FROM ${quoted}`,
    )
    expect(values.all).toEqual(names.map((_, i) => i))
    await store.rollup.command({
      query: `ALTER TABLE ${quoted} ADD COLUMN IF NOT EXISTS ${identifier('f_' + names[0])} UInt8`,
    })
    await store.rollup.command({ query: `DROP TABLE ${quoted}` })
  }

  test('of columns may hold anything that is well-formed', () => throughTable('columns', HOSTILE))

  test('of columns may hold anything, at random', () => {
    const names = fc.uniqueArray(
      hostileText.filter((text) => text.length > 0 && text.isWellFormed() && text.length < 200),
      { minLength: 1, maxLength: 25 },
    )
    return fc.assert(
      fc.asyncProperty(names, (some) => throughTable('random columns', some)),
      { numRuns: 25 },
    )
  })

  test.each(['predictions_a.b', 'predictions_a-b', 'a`b', 'a\\b', "a'b", 'ü 😀', 'a"b'])(
    'of tables: %s',
    (table) => throughTable(table, ['a', 'b']),
  )
})

describe('numbers as literals', () => {
  const EXTREME = [
    0, 1, -1, 0.1, 1 / 3, 1e16, 1e21, 1e22, 1e23, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 123456789012345680000, 5e-324, 1e-320,
    2.2250738585072011e-308, 2.2250738585072014e-308, 1.797e308, -1.797e308, Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON,
  ] // prettier-ignore

  const bits = (value: number) => new BigUint64Array(new Float64Array([value]).buffer)[0].toString()

  const roundTrip = async (values: readonly number[]) => {
    const [row] = await rows<{ bits: string[]; types: string[] }>(
      store.read,
      `SELECT arrayMap(v -> toString(reinterpretAsUInt64(v)), ${array(values.map(float), 'Float64')}) AS bits,
         [${values.map((value) => `toTypeName(${float(value)})`).join(', ')}] AS types`,
    )
    expect(row.bits).toEqual(values.map(bits))
    expect(new Set(row.types)).toEqual(new Set(['Float64']))
  }
  // Zero has two spellings and one value; edges never hold the negative one.
  const doubles = fc.double({ noNaN: true }).map((value) => value + 0)

  test('keep every bit and are never integers', () => roundTrip([...EXTREME, Infinity, -Infinity]))

  test('keep every bit, at random', () =>
    fc.assert(fc.asyncProperty(fc.array(doubles, { minLength: 1, maxLength: 100 }), roundTrip), {
      numRuns: 40,
    }))

  test('keep every bit when they are inserted and read as rows', async () => {
    const values = [...EXTREME, ...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 5000)].map(
      (v) => v + 0,
    )
    await store.rollup.command({
      query: 'CREATE TABLE doubles (i UInt32, v Float64) ENGINE = MergeTree ORDER BY i',
    })
    await insertEncoded(store.ingest, 'doubles', ['i', 'v'], values.map((value, i) => JSON.stringify([i, value]))) // prettier-ignore
    const stored = await rows<{ v: number }>(store.read, 'SELECT v FROM doubles ORDER BY i')
    expect(stored.map(({ v }) => v)).toEqual(values)
  })

  test('as edges, put every value into the bin that its comparison says', async () => {
    const edges = [-Number.MAX_VALUE, -1e300, -1, 0, 5e-324, 1e16, 2 ** 53 + 2, 1e23, 1.797e308].sort(
      (a, b) => a - b,
    )
    const values = [...EXTREME, ...edges, 9007199254740992, 9999999999999998]
    const [row] = await rows<{ found: number[] }>(
      store.read,
      `SELECT arrayMap(v -> roundDown(v, ${array(edges.map(float), 'Float64')}), ${array(values.map(float), 'Float64')}) AS found`,
    )
    expect(row.found).toEqual(values.map((value) => edges.filter((edge) => edge <= value).at(-1)))
  })
})

test('instants and hours as literals, and times as text', async () => {
  const times = [0, 1, 978307200007, 1767614400123, Date.UTC(2105, 11, 31, 23)].map((time) => new Date(time))
  for (const time of times) {
    const [row] = await rows<{ at: number; hour: number; text: string }>(
      store.read,
      `SELECT toUnixTimestamp64Milli(${instant(time)}) AS at, toUnixTimestamp(${hourLiteral(time)}) AS hour, ${isoText(instant(time))} AS text`,
    )
    expect(row).toEqual({
      at: time.getTime(),
      hour: Math.floor(time.getTime() / 1000),
      text: time.toISOString(),
    })
  }
})
