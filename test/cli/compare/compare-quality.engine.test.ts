/** What `compare` finds wrong with the data of the current file, beside drift. */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { CompareOptions } from '../../../cli/compare.ts'
import { csv, report, run, scratch, writeParquet, type Cell, type Table } from '../../support/compare.ts'
import { command } from '../../support/command.ts'

const files = scratch()
afterAll(() => files.remove())
afterEach(() => expect(files.leftovers(), 'temporary files left behind').toEqual([]))

const ROWS = 1000
const many = <T extends Cell>(of: (i: number) => T, rows = ROWS) => Array.from({ length: rows }, (_, i) => of(i)) // prettier-ignore
const steady = many((i) => (i % 97) / 4)
let made = 0
function write(baseline: Table, current: Table): [string, string] {
  const number = made++
  return [files.write(`q${number}-b.csv`, csv(baseline)), files.write(`q${number}-c.csv`, csv(current))]
}
async function findings(baseline: Table, current: Table, options: CompareOptions = {}) {
  const { quality } = await report(...write({ steady, ...baseline }, { steady, ...current }), options)
  return quality.findings
}

describe('of a column of both files', () => {
  it.each<[string, Table['x'], Table['x'], object]>([
    ['text among numbers', many((i) => i % 50), many((i) => (i % 20 ? i % 50 : 'ERR')), { finding: 'invalid', severity: 'warning', share: 0.05, expected: 0, explanation: '5% of values are unusable: of the wrong type, or not finite. The baseline has none.' }],
    ['missing values', many((i) => i % 50), many((i) => (i % 3 ? i % 50 : null)), { finding: 'missing', severity: 'critical', share: 0.334, expected: 0 }],
    ['values out of range', many((i) => i % 50), many((i) => (i % 5 ? i % 50 : 1000)), { finding: 'range', severity: 'critical', share: 0.2, explanation: "20% of values are outside the baseline's range: 20% above 49." }],
    ['new categories', many((i) => 'abc'[i % 3]), many((i) => (i % 20 ? 'abc'[i % 3] : 'new')), { finding: 'unseen', severity: 'warning', share: 0.05 }],
    ['one value only', many((i) => i % 2), many(() => 1), { finding: 'constant', severity: 'warning', explanation: 'All 1,000 values in the current file are the same, although the column varied in the baseline. The source may be stuck.' }],
    ['no value', many((i) => i % 50), many(() => null), { finding: 'schema', severity: 'critical', explanation: 'None of the 1,000 rows in the current file has "x"; it has stopped arriving.' }],
  ])('%s', async (_, baseline, current, expected) => {
    expect(await findings({ x: baseline }, { x: current })).toEqual([expect.objectContaining({ column: 'x', ...expected })]) // prettier-ignore
  }) // prettier-ignore

  it('is what the baseline has as well', async () => {
    const x = many((i) => (i % 30 === 0 ? 'ERR' : i % 7 ? i % 50 : null))
    expect(await findings({ x }, { x })).toEqual([])
  })

  it('is the same in bins, and in Parquet', async () => {
    const baseline = { x: many((i) => i % 400, 12_000), c: many((i) => 'abc'[i % 3], 12_000) }
    const current = { x: many((i) => (i % 5 ? i % 400 : -9), 12_000), c: many((i) => 'abcd'[i % 4], 12_000) }
    const paths = ['b.parquet', 'c.parquet'].map(files.path) as [string, string]
    await writeParquet(files.path('.'), [
      { path: paths[0], table: baseline },
      { path: paths[1], table: current },
    ])
    const binned = await report(...paths)
    const exact = await report(...write(baseline, current), { exact: true })
    const shown = ({ quality }: typeof binned) =>
      quality.findings.map(({ column, finding, share }) => [column, finding, share])
    expect(shown(binned)).toEqual([
      ['x', 'range', 0.2],
      ['c', 'unseen', 0.25],
    ])
    expect(shown(exact)).toEqual(shown(binned))
  })

  it('is not judged of few rows', async () => {
    const { quality } = await report(...write({ x: many((i) => i, 50) }, { x: many((i) => i + 1000.5, 50) }))
    expect(quality).toEqual({ judged: 0, findings: [] })
    const { stdout } = await run(...write({ x: many((i) => i, 50) }, { x: many((i) => i + 0.5, 50) }))
    expect(stdout).toContain('\n  Data quality: not judged, because the files have too few rows.\n')
  })
})

describe('of a column of one file', () => {
  it('names it, and what it was probably renamed to', async () => {
    const x = many((i) => i % 50)
    expect(await findings({ distance: x, gone: x }, { distanse: x, other: x })).toEqual([
      { column: 'distance', finding: 'schema', severity: 'critical', share: 1, expected: 0, explanation: 'The column is not in the current file. It may have been renamed to "distanse".', resembles: 'distanse' },
      { column: 'gone', finding: 'schema', severity: 'critical', share: 1, expected: 0, explanation: 'The column is not in the current file.' },
      { column: 'distanse', finding: 'unknown_features', severity: 'warning', share: 1, expected: 0, explanation: 'Only the current file has this column, so it is not compared. It may be "distance" under a new name.', resembles: 'distance' },
      { column: 'other', finding: 'unknown_features', severity: 'warning', share: 1, expected: 0, explanation: 'Only the current file has this column, so it is not compared.' },
    ]) // prettier-ignore
  })

  it('holds of few rows, and not of what is ignored or too short to resemble anything', async () => {
    const x = many((i) => i % 5, 20)
    const [paths] = [write({ k: x, a: x, b: x }, { k: x, c: x, d: x })]
    const { quality } = await report(...paths, { ignore: ['b', 'd'] })
    expect(quality.findings.map(({ column, resembles }) => [column, resembles])).toEqual([
      ['a', undefined],
      ['c', undefined],
    ])
  })

  it('takes one new column for no more than one that is gone', async () => {
    const x = many((i) => i % 50)
    const found = await findings({ price_a: x, price_b: x }, { price_c: x })
    expect(found.map(({ column, resembles }) => [column, resembles])).toEqual([
      ['price_a', 'price_c'],
      ['price_b', undefined],
      ['price_c', 'price_a'],
    ])
  })

  it('is less grave of an id, which is not compared', async () => {
    const id = many((i) => `c-${(i * 7919) % 100_003}`)
    expect(await findings({ customer_id: id }, {})).toEqual([
      expect.objectContaining({ column: 'customer_id', finding: 'schema', severity: 'warning' }),
    ])
  })
})

describe('duplicate ids', () => {
  const id = (i: number) => `c-${(i * 7919) % 100_003}`

  it('are found in a column that looks like an id', async () => {
    expect(await findings({ customer: many(id) }, { customer: many((i) => id(i % 900)) })).toEqual([
      expect.objectContaining({
        column: 'customer',
        finding: 'duplicates',
        severity: 'critical',
        share: 100 / 900,
        expected: 0,
        explanation: '11.1% of ids occur in more than one row. The baseline has none.',
      }),
    ])
  })

  it('are no finding where the baseline has as many', async () => {
    const customer = many((i) => id(i % 970))
    expect(await findings({ customer }, { customer })).toEqual([])
  })

  it('are found in numbers that are called "id"', async () => {
    const found = await findings({ id: many((i) => i + 1) }, { id: many((i) => (i % 980) + 1) })
    expect(found).toEqual([expect.objectContaining({ column: 'id', finding: 'duplicates', severity: 'warning' })]) // prettier-ignore
  })
})

describe('the exit code', () => {
  const paths = write({ steady, x: many((i) => i % 50) }, { steady, x: many((i) => (i % 50 ? i % 50 : 'ERR')) }) // prettier-ignore

  it('tells quality only by request', async () => {
    const plain = await run(...paths)
    expect(plain.code).toBe(0)
    expect(plain.stdout).toMatch(/^✓ No drift in 2 columns\./)
    expect(plain.stdout).toMatch(/▲ warning +x +invalid +0 → 2\n +2% of values are unusable/)
    expect((await run(...paths, { failOn: ['quality'] })).code).toBe(1)
    const [same] = paths
    const calm = await run(same, same, { failOn: ['quality'] })
    expect(calm.code).toBe(0)
    expect(calm.stdout).toContain('\n  Data quality: nothing wrong in 2 columns.\n')
  })

  it('is asked for on the command line', async () => {
    const line = ['compare', ...paths, '--fail-on', 'quality']
    expect((await command(line, {})).code).toBe(1)
    const wrong = await command(['compare', ...paths, '--fail-on', 'drift'], {})
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('use one of warning, critical, never, quality') }) // prettier-ignore
  })
})

it('lists the first 20 findings, or all', async () => {
  const table = (prefix: string): Table => Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`${prefix}${i}`, many((j) => j % 5)])) // prettier-ignore
  const paths = write({ steady, ...table('was_') }, { steady, ...table('isnowcalled') })
  const { stdout } = await run(...paths)
  expect(stdout).toContain('\n  and 10 more; --all lists them\n')
  expect((await run(...paths, { all: true })).stdout).not.toContain('--all lists them')
})
