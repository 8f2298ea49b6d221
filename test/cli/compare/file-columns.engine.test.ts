/** What a column of a file is taken for: numbers, categories, an id, a time; and how a file is cut into columns. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  csv,
  ndjson,
  report,
  run,
  scratch,
  writeParquet,
  type Cell,
  type Table,
} from '../../support/compare.ts'

const files = scratch()
afterAll(() => files.remove())

const ROWS = 300
const rows = <T>(of: (i: number) => T, n = ROWS) => Array.from({ length: n }, (_, i) => of(i))
/** Distinct measurements, with two decimals. */
const measure = (i: number) => Math.round(100_000 + ((i * 7919) % 10007) * 1.37) / 100
const comma = (x: number) => x.toFixed(2).replace('.', ',')

let made = 0
const path = (name: string, text: string | Buffer) => files.write(`${made++}-${name}`, text)
type Found = Awaited<ReturnType<typeof report>>
const self = (file: string, options = {}) => report(file, file, options)
const column = (name: string, cells: readonly string[]) =>
  path('c.csv', `${name};k\n${cells.map((cell, i) => `${cell};${i % 3}\n`).join('')}`)

describe('numbers in text', () => {
  const grouped = (x: number, group: string, decimal: string) => {
    const [whole, fraction] = x.toFixed(2).split('.')
    return whole.replace(/\B(?=(\d{3})+$)/g, group) + decimal + fraction
  }

  it.each([
    ['plain', (x: number) => x.toFixed(2)],
    ['1234,56', comma],
    ['1.234,56', (x: number) => grouped(x, '.', ',')],
    ['1,234.56', (x: number) => grouped(x, ',', '.')],
    ['1 234,56', (x: number) => grouped(x, ' ', ',')],
    ['1 234,56 with a no-break space', (x: number) => grouped(x, '\u00a0', ',')],
    ['1 234.56 with a narrow no-break space', (x: number) => grouped(x, '\u202f', '.')],
    ["1'234.56", (x: number) => grouped(x, "'", '.')],
    ['1’234,56', (x: number) => grouped(x, '’', ',')],
    ['with white space around', (x: number) => `  ${x} `],
    ['with an exponent', (x: number) => x.toExponential()],
  ])('are read as they are meant: %s', async (_, write) => {
    const plain = path('plain.csv', csv({ x: rows(measure), c: rows((i) => 'ab'[i % 2]) }))
    const cells = rows((i) => `"${write(measure(i))}",${'ab'[i % 2]}\n`)
    const other = path('other.csv', `x,c\n${cells.join('')}`)
    for (const [baseline, current] of [
      [plain, other],
      [other, plain],
      [other, other],
    ]) {
      const found = await report(baseline, current)
      expect(found.column('x')).toMatchObject({
        kind: 'numeric',
        verdict: 'ok',
        baseline: { missing: 0 },
        current: { missing: 0 },
        statistics: { ks: { value: 0 } },
      })
    }
  })

  it('takes a comma before three digits for one between thousands, unless the file has decimal commas', async () => {
    const cells = rows((i) => `${1 + (i % 9)},${String((i * 37) % 1000).padStart(3, '0')}`)
    const quoted = path('q.csv', `x,c\n${cells.map((cell) => `"${cell}",a\n`).join('')}`)
    const asThousands = path('t.csv', csv({ x: cells.map((cell) => Number(cell.replace(',', ''))), c: rows(() => 'a') })) // prettier-ignore
    const asDecimals = path('d.csv', csv({ x: cells.map((cell) => Number(cell.replace(',', '.'))), c: rows(() => 'a') })) // prettier-ignore
    const thousands = await report(quoted, asThousands)
    expect(thousands.column('x').statistics.ks?.value).toBe(0)
    expect(thousands.stderr).toContain('numbers such as "1,234" in x are ambiguous; they are read as 1234')
    const semicolons = path('s.csv', `x;c\n${cells.map((cell) => `${cell};a\n`).join('')}`)
    const decimals = await report(semicolons, asDecimals)
    expect(decimals.column('x').statistics.ks?.value).toBe(0)
  })

  it('takes the other file for what one leaves open', async () => {
    const open = path('o.csv', `x,c\n${rows((i) => `"${1 + (i % 9)},${100 + i}",a\n`).join('')}`)
    const clear = path('l.csv', `x,c\n${rows((i) => `"${1 + (i % 9)},${10 + (i % 80)}",a\n`).join('')}`)
    for (const [baseline, current] of [
      [open, clear],
      [clear, open],
    ])
      // 1,234 among numbers below ten is a little more than one.
      expect((await report(baseline, current)).column('x').statistics.wasserstein!.value).toBeLessThan(0.5)
  })

  it('reads whole German thousands beside a column with decimal commas', async () => {
    const cells = rows((i) => `${1 + (i % 9)}.${100 + i};${comma(measure(i))}\n`)
    const german = path('g.csv', `n;x\n${cells.join('')}`)
    const plain = path('p.csv', csv({ n: rows((i) => (1 + (i % 9)) * 1000 + 100 + i), x: rows(measure) }))
    expect((await report(german, plain)).column('n').statistics.ks?.value).toBe(0)
  })

  it('is text where the column does not agree', async () => {
    const mixed = column('x', rows((i) => (i % 2 === 0 ? `${i % 20},5` : `${i % 20}.5`))) // prettier-ignore
    expect((await self(mixed)).column('x').kind).toBe('categorical')
    const versions = column('v', rows((i) => `1.${i % 7}.${i % 5}`)) // prettier-ignore
    expect((await self(versions)).column('v').kind).toBe('categorical')
  })

  it.each(['unknown', 'ERROR', '?', 'missing', '#DIV/0!', '12a', '1.2.3'])(
    'counts a few cells of "%s" as invalid',
    async (sentinel) => {
      const dirty = column('x', rows((i) => (i % 30 === 7 ? sentinel : String(measure(i))))) // prettier-ignore
      const found = await self(dirty)
      expect(found.column('x')).toMatchObject({
        kind: 'numeric',
        baseline: { missing: 10 },
        invalid: { baseline: { count: 10, example: sentinel }, current: { count: 10, example: sentinel } },
      })
    },
  )

  it.each(['n/a', '-', 'NULL', 'None', 'nan', '#N/A', '', '""', 'inf'])(
    'takes any number of "%s" for missing',
    async (mark) => {
      const found = await self(column('x', rows((i) => (i % 2 === 0 ? mark : String(measure(i)))))) // prettier-ignore
      expect(found.column('x')).toMatchObject({ kind: 'numeric', baseline: { missing: 150 } })
      expect(found.column('x').invalid).toBeUndefined()
    },
  )

  it('says when most cells of a category column are numbers', async () => {
    const found = await self(column('x', rows((i) => (i % 5 === 0 ? 'unknown' : String(i % 9))))) // prettier-ignore
    expect(found.column('x').kind).toBe('categorical')
    expect(found.notes[0]).toContain(
      'x holds numbers in 80% of its cells and text such as "unknown" in others',
    )
  })

  it('counts what the current file has in place of numbers', async () => {
    const found = await report(
      column('x', rows((i) => String(measure(i)))), // prettier-ignore
      column('x', rows((i) => (i < 90 ? 'broken' : comma(measure(i))))), // prettier-ignore
    )
    expect(found.column('x')).toMatchObject({
      kind: 'numeric',
      current: { missing: 90 },
      invalid: { current: { count: 90, example: 'broken' } },
    })
    expect(found.column('x').invalid).not.toHaveProperty('baseline')
  })

  it('keeps codes with leading zeros as categories', async () => {
    const zips = column('zip', rows((i) => String((i % 7) * 1000 + 501).padStart(5, '0'))) // prettier-ignore
    expect((await self(zips)).column('zip')).toMatchObject({ kind: 'categorical', baseline: { missing: 0 } })
  })

  it('takes measurements in quotes for numbers, and whole numbers in quotes for codes', async () => {
    const table: Table = { x: rows((i) => String(measure(i))), code: rows((i) => String(i % 7)) }
    const json = path('text.ndjson', ndjson(table))
    const parquet = files.path('text.parquet')
    await writeParquet(files.path('.'), [{ path: parquet, table }])
    for (const file of [json, parquet]) {
      const found = await self(file)
      expect([found.column('x').kind, found.column('code').kind]).toEqual(['numeric', 'categorical'])
    }
  })

  it('tells whole numbers beyond 2^53 apart, as categories', async () => {
    const big = (i: number) => `${9007199254740993n + BigInt(i % 3)}`
    const text = path('big.csv', `h,x\n${rows((i) => `${big(i)},${measure(i)}\n`).join('')}`)
    const json = path('big.ndjson', rows((i) => `{"h": ${big(i)}, "x": ${measure(i)}}\n`).join(''))
    for (const [baseline, current] of [
      [text, json],
      [json, text],
    ]) {
      const found = await report(baseline, current)
      expect(found.column('h')).toMatchObject({
        kind: 'categorical',
        statistics: { chi_square: { value: 0 } },
      })
      // Three values are two degrees of freedom; as doubles they would be two.
      expect(found.column('h').noise_floor).toBeGreaterThan(0.04)
      expect(found.notes.join()).toContain('h holds whole numbers beyond 2^53')
    }
    const numeric = await report(text, json, { kinds: new Map([['h', 'numeric']]) })
    expect(numeric.notes.join()).toContain('which are rounded')
  })
})

describe('ids, times and indexes', () => {
  const lcg = (i: number) => (i * 1103515245 + 12345) % 2147483648
  const uuid = (i: number) => `${lcg(i).toString(16).padStart(8, '0')}-0000-4000-8000-${String(i).padStart(12, '0')}` // prettier-ignore
  const shuffled = (i: number) => (i * 7) % ROWS

  const roles: [name: string, reason: string | undefined, of: (i: number) => Cell][] = [
    ['uuid', 'id', uuid],
    ['reference', 'id', (i) => `order ${i}`],
    ['row', 'id', (i) => i],
    ['number', 'id', (i) => 50_000 + shuffled(i)],
    ['order', 'id', (i) => 1000 * i + (lcg(i) % 900)],
    ['customer_id', 'id', (i) => lcg(i)],
    ['customerId', 'id', (i) => lcg(i)],
    ['index', 'index', shuffled],
    ['Unnamed: 0', 'index', (i) => i % 100],
    ['__index_level_0__', 'index', uuid],
    ['when', 'time', (i) => new Date(1.7e12 + i * 6e4).toISOString()],
    ['day', 'time', (i) => new Date(1.7e12 + i * 6e7).toISOString().slice(0, 10)],
    ['day_of_few', 'time', (i) => `2024-01-${10 + (i % 12)}`],
    ['slashes', 'time', (i) => `2024/01/${String(1 + (i % 28)).padStart(2, '0')}`],
    ['german', 'time', (i) => `${1 + (i % 28)}.01.2024`],
    ['american', 'time', (i) => `01/${1 + (i % 28)}/2024 10:00`],
    ['words', 'time', (i) => `Jan ${1 + (i % 28)} 2024`],
    ['zone', 'time', (i) => `2024-01-01 00:${10 + (i % 49)}:00.12345+00`],
    ['utc', 'time', (i) => `2024-01-01 00:${10 + (i % 49)}:00 UTC`],
    ['created_at', 'time', (i) => 1_700_000_000 + (lcg(i) % 1_000_000)],
    ['eventTime', 'time', (i) => 1_700_000_000_000 + (lcg(i) % 1_000_000)],
    ['ts', 'time', (i) => 1_700_000_000.5 + i],
    ['date', 'time', (i) => 20_240_101 + (i % 28)],
    ['year', undefined, (i) => 2000 + (i % 12)],
    ['month', undefined, (i) => `2024-${String(1 + (i % 12)).padStart(2, '0')}`],
    ['month_number', undefined, (i) => 1 + (i % 12)],
    ['lead_time', undefined, (i) => i % 40],
    ['price', undefined, measure],
    ['income', undefined, (i) => 20_000 + (lcg(i) % 3_000_000)],
    ['repeated_id', undefined, (i) => i % 60],
    ['city', undefined, (i) => `city ${i % 40}`],
  ]
  // Together, as each comparison starts an engine; eight of a kind at most, as notes do not name more.
  const fileOf = ([name, reason]: (typeof roles)[number]) =>
    Math.floor(roles.filter((role) => role[1] === reason).findIndex((role) => role[0] === name) / 8)
  const compared = new Map<number, { found: Found; included: Found }>()
  beforeAll(async () => {
    for (const number of new Set(roles.map(fileOf))) {
      const columns = roles.filter((role) => fileOf(role) === number).map(([name, , of]) => [name, rows(of)])
      const file = path('roles.csv', csv({ ...(Object.fromEntries(columns) as Table), x: rows(measure) }))
      const found = await self(file)
      const included = await self(file, { include: found.left_out.map((one) => one.column) })
      compared.set(number, { found, included })
    }
  })

  it.each(roles)('%s is taken for %s', (...role) => {
    const [name, reason] = role
    const { found, included } = compared.get(fileOf(role))!
    expect(found.left_out.find((one) => one.column === name)?.reason).toBe(reason)
    expect(found.columns.some((one) => one.column === name)).toBe(reason === undefined)
    expect(included.columns.map((one) => one.column)).toContain(name)
    expect(included.left_out).toEqual([])
    if (reason === undefined) return
    const notes = [...found.stderr.matchAll(/^note: (.*) looks? like (?:an? )?(id|index|time)/gm)]
    const told = notes.filter(([, names]) => names.split(', ').includes(name))
    expect(told.map(([, , role]) => role)).toEqual([reason])
  })

  it('compares an included time as a number', async () => {
    const days = (shift: number) => csv({ day: rows((i) => new Date(1.7e12 + (i + shift) * 864e5).toISOString().slice(0, 10)), x: rows(measure) }) // prettier-ignore
    const found = await report(path('a.csv', days(0)), path('b.csv', days(150)), { include: ['day'] })
    expect(found.column('day')).toMatchObject({ kind: 'numeric', statistics: { ks: { value: 0.5 } } })
  })

  it('finds times, dates and ids in Parquet and NDJSON too', async () => {
    const table = { when: rows((i) => new Date(1.7e12 + i * 6e4).toISOString()), key: rows(uuid), x: rows(measure) } // prettier-ignore
    const parquet = files.path('roles.parquet')
    await writeParquet(files.path('.'), [{ path: parquet, table }])
    for (const file of [parquet, path('roles.ndjson', ndjson(table))])
      expect((await self(file)).left_out.map((one) => one.reason)).toEqual(['time', 'id'])
  })

  it('--kind compares a column as well, and an unknown --include is refused', async () => {
    const file = path('kind.csv', csv({ id: rows((i) => i), x: rows(measure) }))
    const found = await self(file, { kinds: new Map([['id', 'numeric']]) })
    expect(found.columns.map((one) => one.column)).toEqual(['id', 'x'])
    expect(await run(file, file, { include: ['ib'] })).toMatchObject({ code: 2, stdout: '' })
  })

  it('compares ids where nothing else is left, and says so', async () => {
    const found = await self(path('only.csv', csv({ id: rows((i) => i) })))
    expect(found).toMatchObject({ code: 0, left_out: [] })
    expect(found.stderr).toContain('id looks like an id')
  })
})

describe('numbers with a unit', () => {
  it.each([
    ['a sign of currency', (x: number) => `$${x.toFixed(2)}`],
    ['one behind', (x: number) => `${x.toFixed(2)} €`],
    ['percents', (x: number) => `${x.toFixed(2)}%`],
    ['a unit', (x: number) => `${x.toFixed(2)} mg`],
    ['a minus that is no hyphen', (x: number, i: number) => `${i % 2 ? '−' : ''}${x.toFixed(2)}`],
  ])('%s: are no ids, and never called ok', async (_, spell) => {
    const of = (scale: number) =>
      column(
        'price',
        rows((i) => spell(scale * measure(i), i)),
      )
    const found = await report(of(1), of(3))
    expect(found.left_out).toEqual([])
    expect(found.column('price').verdict).not.toBe('ok')
    expect(found.verdict).not.toBe('ok')
  })

  it('keep texts of digits and hashes ids', async () => {
    const found = await self(
      column(
        'code',
        rows((i) => `A${String(i * 7919).padStart(7, '0')}`),
      ),
    )
    expect(found.left_out).toMatchObject([{ column: 'code', reason: 'id' }])
  })
})

describe('separators', () => {
  const cells = rows((i) => [measure(i).toFixed(2), 'ab'[i % 2], String(i % 5)])
  const table = csv({ x: cells.map(([x]) => Number(x)), c: cells.map(([, c]) => c), n: cells.map(([, , n]) => Number(n)) }) // prettier-ignore

  it.each([
    [';', 'csv', false],
    ['\t', 'csv', false],
    ['|', 'csv', false],
    [',', 'tsv', false],
    ['\t', 'tsv', true],
    [';', 'csv', true],
  ])('finds %j in .%s, quoted: %s', async (delimiter, extension, quoted) => {
    const plain = path('plain.csv', table)
    const write = (row: readonly string[]) => row.map((cell) => (quoted ? `"${cell}"` : cell)).join(delimiter)
    const text = `\ufeff${[['x', 'c', 'n'], ...cells].map(write).join('\r\n')}\r\n\r\n`
    for (const other of [path(`s.${extension}`, text), path(`s.${extension}.gz`, gzipSync(text))]) {
      const found = await report(plain, other)
      expect(found).toMatchObject({ code: 0, current: { rows: ROWS } })
      for (const { statistics } of found.columns) expect(statistics.psi?.value).toBe(0)
      expect(found.columns).toHaveLength(3)
    }
  })

  it('reads fields that hold separators, quotes and line ends, and the hint that Excel writes', async () => {
    const odd = ['a;b', 'say "hi"', 'two\nlines', ' blank ', 'A', 'a']
    const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
    const text = `sep=;\r\n"the name";x\r\n${rows((i) => `${quote(odd[i % 6])};${measure(i)}\r\n`).join('')}`
    const found = await report(
      path('excel.csv', text),
      path('odd.ndjson', ndjson({ 'the name': rows((i) => odd[i % 6]), x: rows(measure) })),
    )
    expect(found).toMatchObject({ verdict: 'ok', baseline: { rows: ROWS } })
    expect(found.column('the name').statistics.chi_square?.value).toBe(0)
    expect(found.column('the name').noise_floor).toBeGreaterThan(0.05)
  })

  it.each<[string, string | Buffer, RegExp]>([
    ['caret.csv', 'a^b^c\n1^2^3\n4^5^6\n', /separated by "\^", which is not supported/],
    [
      'header.csv',
      'abc\n1;2\n3;4\n5;6\n7;8\n',
      /the header on line 1 names one column, but the rows contain/,
    ],
    ['short.csv', 'a;b\n1;2\n3\n', /line 3 has 1 field separated by ";", but the header has 2/],
    ['long.csv', `a,b\n${'1,2\n'.repeat(5000)}1,2,3\n`, /line 5002 has 3 fields/],
    ['blank.csv', 'a,b\n1,2\n\n3,4\n', /line 3 is empty: remove it/],
    ['open.csv', 'a,b\n1,2\n"3,4\n5,6\n', /line 3 opens a quoted field that is never closed/],
    ['garbled.csv', 'a,b\n1,"x"y\n', /line 2 has text after the end of a quoted field/],
    ['lines.csv', 'a,b\n"1\n2",3\n4\n', /line 4 has 1 field/],
    ['twice.csv', 'a,b,a\n1,2,3\n', /the header on line 1 names "a" twice, for columns 1 and 3/],
    ['bare.csv', '1.5,2.5\n1,2\n', /line 1 holds numbers instead of column names/],
    ['wide.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /UTF-16: save it as UTF-8/],
    ['packed.csv', gzipSync('a,b\n1,2\n'), /compressed with gzip: add \.gz to the file name/],
    ['twice.csv.gz', gzipSync(gzipSync('a,b\n1,2\n')), /compressed with gzip/],
    ['workbook.csv', Buffer.from('504b03041400000008000a2c0d0a3b2c', 'hex'), /ZIP archive or a workbook/],
    ['mac.csv', 'a,b\r1,2\r', /only a carriage return/],
    ['only.csv', 'a;b;c\n', /the file has no rows/],
    ['nothing.csv', '\n', /the file has no rows/],
    [
      'cut.csv.gz',
      gzipSync(`a,b\n${rows((i) => `${Math.sin(i)},2\n`, 9000).join('')}`).subarray(0, 50_000),
      /not valid gzip/,
    ],
    ['bad.ndjson', '{"a":1}\n{"a":NaN}\n{"a":1,"b":}\n', /line 3 is not JSON/],
    ['list.ndjson', '{"a":1}\n[1]\n', /line 2 is not a JSON object/],
    ['nested.ndjson', '{"a":1}\n{"a":{"b":2}}\n', /the column "a" holds nested values in some rows/],
    [
      'nested-python.ndjson',
      '{"a":1,"b":NaN}\n{"a":{"b":2},"b":1}\n',
      /the column "a" holds nested values in some rows/,
    ],
  ])('says what is wrong with %s, and where', async (name, text, message) => {
    const good = path('good.csv', table)
    for (const [baseline, current] of [
      [path(name, text), good],
      [good, path(name, text)],
    ]) {
      const { code, stdout, stderr } = await run(baseline, current)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^driftgauge compare: [^\n]+\n$/)
      expect(stderr).not.toMatch(/DB::|Code: \d|schema_inference|format_csv/)
    }
  })

  it('keeps a file of one column', async () => {
    const found = await self(path('one.csv', `first name\n${rows((i) => `Ann ${'ABC'[i % 3]}\n`).join('')}`))
    expect(found.columns.map((one) => one.column)).toEqual(['first name'])
  })
})
