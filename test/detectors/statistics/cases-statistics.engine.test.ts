/** Files rebuilt after public bug reports, with the verdicts that a careful person would give. */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csv, report, scratch } from '../../support/compare.ts'
import { seeded } from '../../support/samples/columns.ts'
import { ROOT } from '../../support/root.ts'

const files = scratch()
afterAll(() => files.remove())
const fixture = (folder: string) => (name: string) => join(ROOT, 'test/fixtures/cases', folder, name)

describe('claims that are mostly zero (capitalone/DataProfiler#707, ing-bank/probatus#115)', () => {
  const file = fixture('zero-inflated')
  it.each([
    ['ref', 'cur_nozero', 9.605, 'critical', 1],
    ['ref', 'cur_more', 0.144, 'warning', 1],
    ['ref_big', 'cur_big', 1.027, 'critical', 1],
    ['ref', 'cur_negative', 11.606, 'critical', 1],
    ['ref', 'cur_same', 0, 'ok', 0],
    ['ref87', 'cur75', 0.079, 'ok', 0],
  ])('%s against %s: effect %f, %s', async (baseline, current, effect, verdict, code) => {
    const found = await report(file(`${baseline}.csv.gz`), file(`${current}.csv.gz`))
    expect(found.code).toBe(code)
    expect(found.column('claim').verdict).toBe(verdict)
    expect(found.column('claim').effect).toBeCloseTo(effect, 3)
  })
})

describe('a store that keeps single precision (feast-dev/feast#4031)', () => {
  const file = fixture('float32')
  it.each(['cur.parquet', 'cur.csv'])('is no drift in %s', async (current) => {
    const found = await report(file('ref.parquet'), file(current))
    expect(found).toMatchObject({ code: 0, verdict: 'ok' })
    const { effect, statistics } = found.column('dose')
    expect(effect).toBeCloseTo(0.0035, 3)
    expect(statistics.psi?.value).toBeCloseTo(0.0105, 3)
    expect(statistics.ks?.p_value).toBeCloseTo(0.93, 1)
  })
})

describe('fraud that became seven times as frequent (deepchecks/deepchecks#1652)', () => {
  const random = seeded(22)
  const rows = 60_000
  const side = (name: string, frauds: number) =>
    files.write(
      name,
      csv({
        fraud: Array.from({ length: rows }, (_, i) => (i < frauds ? 1 : 0)),
        amount: Array.from({ length: rows }, () => Math.round(-2000 * Math.log(1 - random())) / 100),
      }),
    )

  it('is critical', async () => {
    const found = await report(side('ref.csv', 114), side('cur.csv', 768))
    expect(found.code).toBe(1)
    expect(found.column('fraud')).toMatchObject({ verdict: 'critical', reason: 'class_share' })
    expect(found.column('fraud').explanation).toContain('from 0.19% to 1.28% of rows')
    expect(found.column('amount').verdict).toBe('ok')
  })

  it('is said of more than two classes where they are named as labels', async () => {
    const classes = (rare: number) => ({
      outcome: Array.from({ length: 20_000 }, (_, i) =>
        i < rare ? 'fraud' : i % 3 === 0 ? 'chargeback' : 'fine',
      ),
    })
    const [b, c] = [files.write('b3.csv', csv(classes(40))), files.write('c3.csv', csv(classes(240)))]
    expect((await report(b, c)).column('outcome').verdict).toBe('ok')
    const asked = await report(b, c, { labels: ['outcome'] })
    expect(asked.column('outcome')).toMatchObject({ verdict: 'critical', reason: 'class_share' })
    await expect(report(b, c, { labels: ['nope'] })).rejects.toThrow(
      '--label nope: no compared column has this name',
    )
  })
})
