/** `driftgauge compare` on files that are fine, odd and unusable. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CompareOptions } from '../../../cli/compare.ts'
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
import { ROOT } from '../../support/root.ts'

const files = scratch()
afterAll(() => files.remove())
afterEach(() => expect(files.leftovers(), 'temporary files left behind').toEqual([]))

const many = <T extends Cell>(n: number, of: (i: number) => T) => Array.from({ length: n }, (_, i) => of(i))
/** Distinct, and no whole numbers, which would look like an id. */
const measures = (n: number) => many(n, (i) => i / 4)

let made = 0
/** Compares two tables through CSV files. */
function compareTables(baseline: Table, current: Table, options: CompareOptions = {}) {
  const number = made++
  return report(
    files.write(`t${number}-b.csv`, csv(baseline)),
    files.write(`t${number}-c.csv`, csv(current)),
    options,
  )
}

describe('verdicts', () => {
  it('finds no drift in a file and itself', async () => {
    const path = files.write('same.csv', csv({ x: measures(500), c: many(500, (i) => 'abc'[i % 3]) }))
    const found = await report(path, path)
    expect(found).toMatchObject({ code: 0, verdict: 'ok', baseline: { rows: 500 }, current: { rows: 500 } })
    expect(found.column('x')).toMatchObject({ kind: 'numeric', verdict: 'ok', reason: 'stable' })
    expect(found.column('x').statistics).toMatchObject({
      psi: { value: 0, p_value: 1 },
      ks: { value: 0, p_value: 1, bound: 0 },
      wasserstein: { value: 0, bound: 0 },
      jensen_shannon: { value: 0 },
    })
    expect(found.column('c').statistics).toMatchObject({
      chi_square: { value: 0, p_value: 1 },
      cramers_v: { value: 0 },
    })
  })

  it('finds a shift, and tells drift by its exit code', async () => {
    const found = await compareTables({ x: measures(500) }, { x: many(500, (i) => (i + 250) / 4) })
    expect(found).toMatchObject({ code: 1, verdict: 'critical' })
    expect(found.column('x').statistics.ks?.value).toBeCloseTo(0.5, 12)
  })

  it('prints exactly the documented keys', async () => {
    const found = await compareTables(
      { x: measures(500), c: many(500, () => 'a') },
      { x: measures(500), c: many(500, () => 'b') },
    )
    const { code: _code, stderr: _stderr, column: _column, ...printed } = found
    expect(Object.keys(printed)).toEqual([
      'baseline', 'current', 'verdict', 'columns', 'quality', 'left_out', 'notes',
    ]) // prettier-ignore
    expect(Object.keys(found.column('x'))).toEqual([
      'column', 'kind', 'verdict', 'reason', 'explanation', 'baseline', 'current', 'effect', 'noise_floor', 'statistics',
    ]) // prettier-ignore
    const shared = ['psi', 'jensen_shannon', 'hellinger', 'total_variation', 'l_infinity', 'kl_divergence']
    expect(Object.keys(found.column('x').statistics).sort()).toEqual([...shared, 'ks', 'wasserstein'].sort())
    expect(Object.keys(found.column('c').statistics).sort()).toEqual(
      [...shared, 'chi_square', 'cramers_v'].sort(),
    )
  })

  it('shares the level of 0.01 among the columns', async () => {
    const one = await compareTables({ x: many(500, (i) => i % 2) }, { x: many(500, (i) => i % 2) })
    const ten = await compareTables(
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, many(500, (j) => j % 2)])),
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, many(500, (j) => j % 2)])),
    )
    // (isf(level, 1 degree) - 1) / n_eff, with isf(0.01) = 6.634896601 and isf(0.001) = 10.82756617.
    expect(one.column('x').noise_floor).toBeCloseTo((6.6348966010212145 - 1) / 250, 10)
    expect(ten.column('x3').noise_floor).toBeCloseTo((10.827566170662733 - 1) / 250, 10)
  })

  it('never calls what it could not judge ok', async () => {
    const few = await compareTables(
      { x: measures(50), empty: many(50, () => null) },
      { x: measures(50), empty: many(50, () => null) },
    )
    expect(few).toMatchObject({ code: 0, verdict: 'insufficient_data' })
    expect(few.column('empty').verdict).toBe('ok')
    expect(few.column('x')).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_rows' })
    expect(few.column('x').statistics.ks?.value).toBe(0)
    expect(few.column('x').explanation).toContain('50 in the current file')
  })

  it('says what is beyond a threshold by no more than chance, and does not call it drift', async () => {
    const spread = (rows: (i: number) => number) =>
      Array.from({ length: 21 }, (_, i) => Array<string>(rows(i)).fill(`c${i}`)).flat()
    const [before, now] = [spread(() => 12), spread((i) => (i % 2 ? 17 : 5))]
    const tables = [before, now].map((c) => csv({ c, steady: c.map((_, i) => i % 3) }))
    const paths = tables.map((text, i) => files.write(`doubt-${i}.csv`, text)) as [string, string]
    const found = await report(...paths)
    expect(found).toMatchObject({ code: 0, verdict: 'unconfirmed' })
    expect(found.column('c')).toMatchObject({ verdict: 'unconfirmed', reason: 'not_significant' })
    expect(found.column('c').explanation).toMatch(
      /^Effect 0\.141 reaches the warning threshold of 0\.1, but with 225 current rows it cannot be distinguished from chance \(noise floor 0\.168\)\.$/,
    )
    const { stdout, code } = await run(...paths)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^▽ Unconfirmed: the effects on 1 of 2 columns reach a threshold but cannot be distinguished from chance\./,
    )
    expect(stdout).toContain('Effect 0.141 reaches the warning threshold')
    expect(stdout).not.toContain('No drift')
  })

  it('lets a drift outrank what could not be judged', async () => {
    const found = await compareTables(
      { x: measures(100), y: measures(100) },
      { x: measures(100), y: many(100, () => null) },
    )
    expect(found).toMatchObject({ code: 1, verdict: 'critical' })
    expect(found.column('y')).toMatchObject({ verdict: 'critical', reason: 'all_missing' })
    expect(found.column('x').verdict).toBe('insufficient_data')
  })

  it('takes a baseline of one row', async () => {
    const found = await compareTables({ x: [1], c: ['a'] }, { x: measures(300), c: many(300, () => 'a') })
    expect(found).toMatchObject({ code: 0, verdict: 'insufficient_data', baseline: { rows: 1 } })
    expect(found.column('x').statistics.ks?.value).toBeGreaterThan(0)
    expect(found.column('x').statistics.wasserstein, 'no deviation to divide by').toBeUndefined()
  })
})

describe('columns', () => {
  it('reports a column that only the baseline has as missing throughout', async () => {
    const found = await compareTables({ x: measures(300), gone: measures(300) }, { x: measures(300) })
    expect(found).toMatchObject({ code: 1, verdict: 'critical' })
    expect(found.column('gone')).toMatchObject({ reason: 'all_missing', current: { n: 300, missing: 300 } })
    expect(found.column('gone').explanation).toMatch(/^The column is not in the current file/)
  })

  it('says so in the binned path, too', async () => {
    const found = await compareTables(
      { x: measures(10_001), gone: measures(10_001) },
      { x: measures(10_001) },
    )
    expect(found.column('gone')).toMatchObject({
      verdict: 'critical',
      current: { n: 10_001, missing: 10_001 },
    })
    expect(found.column('x').verdict).toBe('ok')
  })

  it('mentions a column that only the current file has', async () => {
    const found = await compareTables({ x: measures(300) }, { x: measures(300), extra: measures(300) })
    expect(found).toMatchObject({ code: 0, verdict: 'ok' })
    expect(found.columns.map(({ column }) => column)).toEqual(['x'])
    expect(found.stderr).toMatch(/^note: only \S+ has extra: not compared\n$/)
  })

  it('leaves nested columns out with a note', async () => {
    const rows = measures(300)
      .map((x) => JSON.stringify({ x, tags: ['a'], o: { y: 1 } }))
      .join('\n')
    const path = files.write('nested.ndjson', rows)
    const found = await report(path, path)
    expect(found.columns.map(({ column }) => column)).toEqual(['x'])
    expect(found.stderr).toContain('nested values are not compared: tags (Array(Nullable')
  })

  it('says when a column is nested in one of the files only', async () => {
    const baseline = files.write('flat.ndjson', ndjson({ x: measures(300), y: measures(300) }))
    const nested = files.write('nest.ndjson', measures(300).map((x) => JSON.stringify({ x, y: [x] })).join('\n')) // prettier-ignore
    const found = await report(baseline, nested)
    expect(found.column('y').explanation).toMatch(/is of type Array.* in the current file/)
  })

  it('does as --kind and --ignore say', async () => {
    const table = { code: many(300, (i) => i % 7), x: measures(300), id: measures(300) }
    const found = await compareTables(table, table, {
      kinds: new Map([['code', 'categorical']]),
      ignore: ['id'],
    })
    expect(found.columns.map(({ column, kind }) => [column, kind])).toEqual([
      ['code', 'categorical'],
      ['x', 'numeric'],
    ])
  })

  it('takes the kinds of the baseline for the current file', async () => {
    const found = await compareTables({ x: measures(300) }, { x: many(300, (i) => (i < 100 ? 'n/k' : i)) })
    expect(found.column('x')).toMatchObject({
      kind: 'numeric',
      current: { n: 300, missing: 100 },
      reason: 'missing',
    })
  })

  it('says when the current file has text for numbers', async () => {
    const found = await compareTables({ x: measures(300) }, { x: many(300, () => 'low') })
    expect(found.column('x')).toMatchObject({ verdict: 'critical', reason: 'all_missing' })
    expect(found.stderr).toMatch(/note: \S+ has no numbers in x/)
  })

  it('says when --kind takes text for numbers', async () => {
    const table = { x: many(300, (i) => 'ab'[i % 2]), y: measures(300) }
    const found = await compareTables(table, table, { kinds: new Map([['x', 'numeric']]) })
    expect(found.stderr).toContain('neither file has numbers in x')
  })
})

describe('values', () => {
  it('tells unicode, emoji, blank and special-looking categories apart', async () => {
    const spelled = [
      'ä',
      'a\u0308',
      '😀',
      '👩‍👩‍👧',
      '日本',
      'empty',
      ' ',
      'missing',
      'other',
      "o'brien",
      'say "hi"',
      'two\nlines',
      'a\\b',
      'A',
      'a',
    ]
    const found = await compareTables(
      { c: many(15 * 100, (i) => spelled[i % 15]) },
      { c: many(14 * 100, (i) => spelled[i % 14]) },
    )
    expect(found.column('c').statistics.chi_square?.value).toBeCloseTo(chiSquareOfLost(15, 100), 8)
    expect(found.column('c').baseline.missing).toBe(0)
  })

  it('keeps leading zeros as categories', async () => {
    const table = { zip: many(300, (i) => `00${i % 7}`) }
    expect((await compareTables(table, table)).column('zip').kind).toBe('categorical')
    const raw = files.write('zip.csv', 'zip\n' + many(300, (i) => `00${i % 7}\n`).join(''))
    const found = await report(raw, raw)
    expect(found.column('zip')).toMatchObject({
      kind: 'categorical',
      verdict: 'ok',
      baseline: { missing: 0 },
    })
  })

  it('takes True of a CSV file and true of JSON for the same', async () => {
    const text = files.write(
      'bool.csv',
      'b\n' + many(400, (i) => (i % 4 === 0 ? 'True\n' : 'False\n')).join(''),
    )
    const json = files.write('bool.ndjson', ndjson({ b: many(400, (i) => i % 4 === 0) }))
    const found = await report(text, json)
    expect(found.column('b')).toMatchObject({
      kind: 'categorical',
      verdict: 'ok',
      statistics: { chi_square: { value: 0 } },
    })
  })

  it('counts null, NaN and infinities as missing', async () => {
    const odd = files.write('odd.csv', 'x\n' + ['inf', '-inf', 'nan', '""'].map((x) => `${x}\n`.repeat(25)).join('') + '1\n2\n'.repeat(100)) // prettier-ignore
    const found = await report(odd, odd)
    expect(found.column('x')).toMatchObject({
      kind: 'numeric',
      baseline: { n: 300, missing: 100 },
      verdict: 'ok',
    })
  })

  it('handles columns that are null throughout, or mostly', async () => {
    const table = { none: many(400, () => null), most: many(400, (i) => (i % 100 === 0 ? 1 : null)) }
    const found = await compareTables(table, table)
    expect(found.column('none')).toMatchObject({ verdict: 'ok', reason: 'all_missing_in_baseline' })
    expect(found.column('none').statistics).not.toHaveProperty('ks')
    expect(found.column('most')).toMatchObject({ verdict: 'ok', baseline: { missing: 396 } })
  })

  it('handles constants', async () => {
    const found = await compareTables(
      { same: many(300, () => 5), moved: many(300, () => 5), c: many(300, () => 'a') },
      { same: many(300, () => 5), moved: many(300, () => 6), c: many(300, () => 'b') },
    )
    expect(found.column('same')).toMatchObject({ verdict: 'ok', reason: 'constant' })
    expect(found.column('moved')).toMatchObject({ verdict: 'critical', statistics: { ks: { value: 1 } } })
    expect(found.column('c')).toMatchObject({ verdict: 'critical', statistics: { cramers_v: { value: 1 } } })
  })

  it.each([300, 10_500])('keeps the largest doubles finite, in %i rows', async (rows) => {
    const found = await compareTables(
      { x: many(rows, (i) => (i % 2 ? 1e308 : -1e308)), y: many(rows, (i) => i * 1e304) },
      { x: many(rows, () => 1e308), y: many(rows, (i) => i * -1e304) },
    )
    expect(found.column('x').statistics.ks).toMatchObject({ value: 0.5, bound: 0 })
    for (const { statistics } of found.columns) {
      for (const { value } of Object.values(statistics)) expect(Number.isFinite(value)).toBe(true)
    }
  })

  it('counts each unseen category as a cell of its own for chi-square, as one for PSI', async () => {
    const found = await compareTables(
      { c: many(400, (i) => 'ab'[i % 2]) },
      { c: many(400, (i) => (i % 2 ? 'b' : `new ${i % 40}`)) },
    )
    // 2 × 22 table: 200 a | 0, 200 b | 200, and 20 new ones of 10 rows each.
    const { chi_square: chi, psi } = found.column('c').statistics
    expect(chi?.value).toBeCloseTo(400, 8)
    expect(chi?.p_value).toBeGreaterThan(1e-72)
    expect(psi?.value).toBeCloseTo(2 * ((200.5 - 0.5) / 401.5) * Math.log(200.5 / 0.5), 10)
  })

  it('takes 100 thousand categories, in bins and exactly', async () => {
    const [b, c] = [0, 50_000].map((from, i) =>
      files.write(
        `many-${i}.csv`,
        csv({ id: many(100_000, (j) => `user-${from + j}`), k: many(100_000, (j) => j % 3) }),
      ),
    )
    const binned = await report(b, c, { include: ['id'] })
    expect(binned.column('id').baseline).toEqual({ n: 100_000, missing: 0 })
    const exact = await report(b, c, { exact: true, include: ['id'] })
    // 50,000 categories on both sides, and as many on one only: (1 - 0)² / 1 each, doubled by n / n.
    expect(exact.column('id').statistics.chi_square?.value).toBeCloseTo(100_000, 3)
    expect(exact.column('k')).toMatchObject({ verdict: 'ok', statistics: { ks: { bound: 0 } } })
  })

  it('takes names of any kind', async () => {
    const names = ['größe', '🎉', 'a,b', 'say "x"', "it's", 'back`tick', 'back\\slash', '{x:UInt8}', 'a.b', '-- c', '__proto__', 'constructor', 'id', 'staged_row', 'tab\there'] // prettier-ignore
    const path = files.write('names.csv', csv(Object.fromEntries(names.map((name) => [name, measures(300)]))))
    const found = await report(path, path)
    expect(found.columns.map(({ column }) => column)).toEqual(names)
    expect(found.verdict).toBe('ok')
  })
})

describe('files', () => {
  const table = { x: many(300, (i) => i / 8), c: many(300, (i) => ['a', 'b', 'ç'][i % 3]) }

  it('compares formats with one another', async () => {
    const text = files.write('mix.csv', csv(table))
    const tabs = files.write('mix.tsv', csv(table).replaceAll(',', '\t').replaceAll('"', ''))
    const json = files.write('mix.jsonl', ndjson(table))
    const parquet = files.path('mix.parquet')
    await writeParquet(files.path('.'), [{ path: parquet, table }])
    for (const other of [tabs, json, parquet]) {
      const found = await report(text, other)
      expect(found.verdict).toBe('ok')
      for (const { statistics } of found.columns) expect(statistics.psi?.value).toBe(0)
    }
  })

  it('reads names with wildcards, braces, quotes and spaces as they are', async () => {
    const text = csv(table)
    files.write('decoy-1.csv', 'other\n1\n')
    for (const name of [
      'decoy-*.csv',
      'decoy-{1,2}.csv',
      `it's "a" file.csv`,
      'decoy-?.csv',
      'dé co🎉y.csv',
    ]) {
      const path = files.write(name, text)
      expect(await report(path, path)).toMatchObject({ code: 0, baseline: { rows: 300 } })
    }
  })

  it('reads what spreadsheets write: byte order mark, CRLF, an index without a name', async () => {
    const text = '\ufeff,x,c\r\n' + many(300, (i) => `${i},${i / 4},"a, b"\r\n`).join('')
    const path = files.write('sheet.csv', text)
    const found = await report(path, path)
    expect(found.column('x')).toMatchObject({ kind: 'numeric', verdict: 'ok' })
    expect(found.column('c').statistics.chi_square?.value).toBe(0)
  })

  const unusable: [name: string, text: string | undefined, message: RegExp][] = [
    ['missing.csv', undefined, /missing\.csv: no such file/],
    ['empty.csv', '', /empty\.csv: the file is empty/],
    ['blank.csv', '\n\n', /blank\.csv: the file has no rows/],
    ['header.csv', 'x,c\n', /header\.csv: the file has no rows/],
    ['wide.csv', 'x,c\n1,a,2\n', /wide\.csv: line 2 has 3 fields/],
    ['ragged.csv', 'x,c\n1,a\n2\n', /ragged\.csv: line 3 has 1 field separated by ",", but the header has 2/],
    ['twice.csv', 'x,x\n1,2\n', /twice\.csv: the header on line 1 names "x" twice/],
    ['cut.ndjson', '{"x":1}\n{"x":\n', /cut\.ndjson: line 2 is not JSON at the field "x"/],
    ['text.ndjson', '{"x":1}\nhello\n', /text\.ndjson: line 2 is not JSON/],
    ['fake.parquet', 'PAR1, but no Parquet file', /fake\.parquet: Not a Parquet file/],
    ['sheet.xlsx', 'PK', /sheet\.xlsx: the name must end with one of \.csv, /],
    ['noext', 'x\n1\n', /noext: the name must end with one of/],
    ['late.csv', 'x,c\n' + '1,a\n'.repeat(60_000) + '2,a,b,c\n', /late\.csv: line 60002 has 4 fields/],
    ['late.ndjson', '{"x":1}\n'.repeat(60_000) + 'oops\n', /late\.ndjson: line 60001 is not JSON/],
  ]

  it.each(unusable)('says what is wrong with %s', async (name, text, message) => {
    const path = text === undefined ? files.path(name) : files.write(name, text)
    const good = files.write('good.csv', csv(table))
    for (const [baseline, current] of [
      [path, good],
      [good, path],
    ]) {
      const { code, stdout, stderr } = await run(baseline, current, { json: true })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^driftgauge compare: [^\n]+\n$/)
      expect(stderr).not.toMatch(/DB::|Code: \d|staging_|spool/)
    }
  })

  it.each(['baseline', 'current'])(
    'says that pages of a Parquet file are damaged, of the %s',
    async (side) => {
      const numbers = Array.from({ length: 12_000 }, (_, i) => Math.sin(i))
      const [whole, damaged] = [files.path(`whole-${side}.parquet`), files.path(`damaged-${side}.parquet`)]
      await writeParquet(
        files.path('.'),
        [whole, damaged].map((path) => ({ path, table: { x: numbers, y: numbers.map((x) => x * 2) } })),
      )
      const bytes = readFileSync(damaged)
      // Its footer, which is read first, stays whole.
      bytes.fill(0xff, 200, Math.floor(bytes.length / 2))
      files.write(`damaged-${side}.parquet`, bytes)
      const [baseline, current] = side === 'baseline' ? [damaged, whole] : [whole, damaged]
      const { code, stdout, stderr } = await run(baseline, current, { json: true })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/damaged-\w+\.parquet: [^\n]+\n$/)
      expect(stderr).not.toMatch(/DB::|Code: \d|staging_|spool/)
      expect(files.leftovers()).toEqual([])
    },
  )

  it('refuses a directory', async () => {
    expect(await run(files.temporary, files.temporary)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/: not a file/),
    })
  })

  it('refuses options that name no column, and files that share none', async () => {
    const path = files.write('options.csv', csv(table))
    const kinds = (name: string) => ({ kinds: new Map([[name, 'numeric' as const]]) })
    const unknown = await run(path, path, kinds('y\u001b[31m'))
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('--kind y\\u{1b}[31m: options.csv has no such column. It has x, c.')
    expect(await run(path, path, { ignore: ['y'] })).toMatchObject({ code: 2, stdout: '' })
    expect((await run(path, path, { ignore: ['x', 'c'] })).stderr).toContain('no column left to compare')
    const other = files.write('foreign.csv', 'z\n1\n')
    expect((await run(path, other)).stderr).toContain(
      'no column in common: options.csv has x, c, foreign.csv has z.',
    )
  })
})

/** A category of `rows` rows out of `k` that the other side lacks; the other `k - 1` have as many on both sides. */
function chiSquareOfLost(k: number, rows: number): number {
  const [nB, nC] = [k * rows, (k - 1) * rows]
  const term = (b: number, c: number) => (c * nB - b * nC) ** 2 / (nB * nC * (b + c))
  return (k - 1) * term(rows, rows) + term(rows, 0)
}

describe('a process of its own', () => {
  const start = (args: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SCRIPT, ...args], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: files.temporary },
    })
  const SCRIPT = `import { compare } from ${JSON.stringify(join(ROOT, 'cli/compare.ts'))}
    process.exitCode = await compare(...process.argv.slice(1))`

  it('writes data alone to stdout, and nothing to stderr that is no terminal', async () => {
    const path = files.write('own.csv', csv({ x: measures(300) }))
    const child = await ended(start([path, path]))
    expect(child).toMatchObject({ code: 0, stderr: '' })
    expect(child.stdout).toContain('No drift in 1 column.')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('removes its files at %s and dies of it', async (signal) => {
    const path = files.write(
      'long.csv',
      csv({ ...Object.fromEntries(measures(30).map((i) => [`x${i}`, many(60_000, Math.random)])) }),
    )
    const child = start([path, path])
    const result = ended(child)
    while (files.leftovers().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill(signal)
    expect(await result).toMatchObject({ code: null, signal, stdout: '' })
    expect(files.leftovers()).toEqual([])
  })

  const built = join(ROOT, 'dist/main.js')
  const wired =
    existsSync(built) && readFileSync(join(ROOT, 'cli/program.ts'), 'utf8').includes('compareCommand')
  describe.skipIf(!wired)('as built', () => {
    const cli = (...args: string[]) => ended(spawn(process.execPath, [built, 'compare', ...args]))
    let path: string
    beforeAll(
      () => void (path = files.write('built.csv', csv({ x: measures(300), c: many(300, () => 'a') }))),
    )

    it('exits 0 without drift and prints JSON', async () => {
      const { code, stdout } = await cli(path, path, '--json', '--kind', 'c=categorical', '-i', 'x')
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'ok',
        columns: [{ column: 'c', kind: 'categorical' }],
      })
    })

    it('exits 1 with drift', async () => {
      const other = files.write('built-2.csv', csv({ x: many(300, (i) => i + 200), c: many(300, () => 'a') }))
      expect(await cli(path, other)).toMatchObject({ code: 1, stdout: expect.stringContaining('✖ critical') })
    })

    it.each([
      [[]],
      [['one']],
      [['a', 'b', 'c']],
      [['a', 'b', '--kind', 'x']],
      [['a', 'b', '--kind', 'x=text']],
      [['a', 'b', '--frob']],
      [['a.csv', 'b.csv']],
    ])('exits 2 on %j', async (args) => {
      const { code, stdout, stderr } = await cli(...args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).not.toBe('')
    })

    it('explains itself', async () => {
      const { code, stdout } = await cli('--help')
      expect(code).toBe(0)
      expect(stdout).toContain('Exit codes:')
    })
  })
})

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...output })))
}
