/** Files as people have them, after public reports: what `compare` must find in each. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { report, scratch } from '../../support/compare.ts'
import { ROOT } from '../../support/root.ts'

const files = scratch()
afterAll(() => files.remove())

const folder = join(ROOT, 'test/fixtures/cases')
const compareIn = (name: string, baseline: string, current: string) =>
  report(join(folder, name, baseline), join(folder, name, current))

describe('the index of a pandas frame', () => {
  it.each([
    ['ref_shuf.parquet', 'cur_shuf.parquet'],
    ['ref.csv', 'cur.csv'],
    ['ref_shuf.parquet', 'cur.csv'],
    ['ref.csv', 'cur_shuf.parquet'],
  ])('is not compared: %s and %s', async (baseline, current) => {
    const found = await compareIn('01-pandas-index', baseline, current)
    expect(found).toMatchObject({ code: 0, verdict: 'ok' })
    expect(found.columns.map(({ column }) => column)).toEqual(['amount', 'city'])
  })

  it('is named', async () => {
    const found = await compareIn('01-pandas-index', 'ref_shuf.parquet', 'cur_shuf.parquet')
    expect(found.left_out).toMatchObject([{ column: '__index_level_0__', reason: 'index' }])
    expect(found.stderr).toContain('note: __index_level_0__ looks like an index')
    expect(found.notes).toHaveLength(1)
  })
})

describe('decimal commas', () => {
  it.each([
    ['ref_quoted.csv', 'cur_quoted.csv'],
    ['ref.csv', 'cur.csv'],
    ['ref_quoted.csv', 'cur.csv'],
    ['ref.csv', 'cur_quoted.csv'],
  ])('are read as numbers: %s and %s', async (baseline, current) => {
    const found = await compareIn('02-excel-de', baseline, current)
    const { kind, verdict, effect, statistics } = found.column('preis')
    expect({ kind, verdict, code: found.code }).toEqual({ kind: 'numeric', verdict: 'critical', code: 1 })
    expect(statistics.psi?.value).toBeCloseTo(0.7013, 4)
    expect(effect).toBeCloseTo(0.681, 3)
    expect(statistics.ks?.value).toBeCloseTo(0.341, 3)
  })

  it('are no condition for a semicolon', async () => {
    const found = await compareIn('02-excel-de', 'ref_semi.csv', 'cur_semi.csv')
    expect(found.columns.map(({ column, kind }) => [column, kind])).toEqual([
      ['price', 'numeric'],
      ['region', 'categorical'],
      ['qty', 'numeric'],
    ])
  })
})

it('takes a few sentinels among numbers for missing, and says so', async () => {
  const found = await compareIn('03-sentinel-text', 'ref.csv', 'cur.csv')
  const { kind, verdict, effect, statistics, invalid } = found.column('temp')
  expect({ kind, verdict, code: found.code }).toEqual({ kind: 'numeric', verdict: 'critical', code: 1 })
  expect(effect).toBeGreaterThan(1.195)
  expect(effect).toBeLessThan(1.215)
  expect(statistics.ks?.value).toBeCloseTo(0.433, 3)
  expect(invalid).toEqual({
    baseline: { count: 6, example: expect.any(String) },
    current: { count: 5, example: expect.any(String) },
  })
  expect(found.stderr).toMatch(/note: ref\.csv: 6 cells of temp are not numbers, such as "[^"]+", and count as missing/) // prettier-ignore
  expect((await compareIn('03-sentinel-text', 'ref.csv', 'cur_x100.csv')).column('temp')).toMatchObject({
    verdict: 'critical',
    statistics: { ks: { value: 1 } },
  })
})

it('names a column of times and leaves it out', async () => {
  const found = await compareIn('07-text-timestamps', 'ref.csv', 'cur.csv')
  expect(found).toMatchObject({
    code: 0,
    verdict: 'ok',
    left_out: [{ column: 'event_time', reason: 'time' }],
  })
  expect(found.columns.map(({ column }) => column)).toEqual(['v'])
})

it.each(['cur.csv', 'cur.parquet', 'cur.ndjson', 'cur_nan.ndjson'])(
  'counts NaN and infinities as missing in every format: %s',
  async (current) => {
    for (const baseline of ['ref.csv', 'ref.parquet', 'ref.ndjson']) {
      const found = await compareIn('08-inf-nan', baseline, current)
      expect(found.column('ratio')).toMatchObject({
        verdict: 'critical',
        reason: 'missing',
        baseline: { n: 2000, missing: 0 },
        current: { n: 2000, missing: 400 },
      })
    }
  },
)

describe('null and the word for it', () => {
  it.each(['cur.parquet', 'cur_quoted_empty.csv'])('null is null in %s', async (current) => {
    const found = await compareIn('09-none-strings', 'ref.csv', current)
    expect(found).toMatchObject({ code: 0, verdict: 'ok' })
    expect(found.column('seg').current).toEqual({ n: 1500, missing: 148 })
  })

  it.each(['cur_str_none.csv', 'cur_str_nan.csv'])('%s has a new category', async (current) => {
    const found = await compareIn('09-none-strings', 'ref.csv', current)
    expect(found.column('seg')).toMatchObject({ reason: 'unseen', current: { n: 1500, missing: 0 } })
    expect(found.column('seg').explanation).toContain('9.9%')
  })
})
