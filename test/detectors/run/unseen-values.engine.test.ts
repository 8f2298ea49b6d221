/** What the baseline does not have is named: in files, in results of monitors, in messages' sentences. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { quoted } from '../../../domain/printable.ts'
import { csv, report, run, scratch, type Table } from '../../support/compare.ts'
import { testService, type TestService } from '../../support/service.ts'
import { ROOT } from '../../support/root.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

const files = scratch()
afterAll(() => files.remove())
const fixture = (name: string) => join(ROOT, 'test/fixtures/cases', name)
const cycle = (n: number, ...values: (string | number | null)[]) => Array.from({ length: n }, (_, i) => values[i % values.length]) // prettier-ignore

describe('a comparison of files', () => {
  test('names spellings that differ in case or in a space at the end', async () => {
    const paths = [fixture('16-case-space/ref.csv'), fixture('16-case-space/cur.csv')] as const
    const found = await report(...paths)
    expect(found.column('country')).toMatchObject({ verdict: 'critical', reason: 'unseen' })
    expect(found.column('country').unseen_values).toEqual([
      { value: 'germany', share: 0.268 },
      { value: 'Austria ', share: 0.233 },
    ])
    expect((await run(...paths)).stdout.replaceAll(/\s+/g, ' ')).toContain(
      'not found in the baseline ("germany" 26.8%, "Austria " 23.3%);',
    )
  })

  test.each(['csv', 'parquet'])('names "None" where it was missing before, %s', async (format) => {
    const current = format === 'csv' ? 'cur_str_none.csv' : 'cur.parquet'
    const found = await report(fixture('09-none-strings/ref.csv'), fixture(`09-none-strings/${current}`))
    if (format === 'csv') {
      expect(found.column('seg').unseen_values).toEqual([{ value: 'None', share: 148 / 1500 }])
      expect(found.column('seg').explanation).toContain('("None" 9.9%)')
    } else {
      expect(found.column('seg')).toMatchObject({
        verdict: 'ok',
        explanation: expect.not.stringContaining('None'),
      })
      expect(found.column('seg').unseen_values).toBeUndefined()
    }
  })

  const baseline: Table = {
    c: cycle(12_000, 'a', 'b', 'x y'),
    n: cycle(12_000, 1, 2, 3, 4),
    many: Array.from({ length: 12_000 }, (_, i) => `k${i % 1200}`),
  }
  const current: Table = {
    c: cycle(12_000, 'a', 'b ', 'x  y', 'Ge\u0301', 'b\u00a0', 'z\u200b', '"q"\\', 'seventh'),
    n: cycle(12_000, 1, 2, 2.5, 9, -7),
    many: Array.from({ length: 12_000 }, (_, i) => (i % 2 === 0 ? 'UNKNOWN' : `k${i % 1200}`)),
  }
  test.each([
    ['bins', {}],
    ['every value', { exact: true }],
  ])('names the five most frequent, counting %s', async (_, options) => {
    const [b, c] = [files.write('b.csv', csv(baseline)), files.write('c.csv', csv(current))]
    const found = await report(b, c, options)
    const { unseen_values: unseen, explanation } = found.column('c')
    expect(unseen).toHaveLength(5)
    expect(unseen!.map(({ share }) => share)).toEqual([0.125, 0.125, 0.125, 0.125, 0.125])
    expect(explanation).toContain('"b " 12.5%')
    expect(explanation).toContain('"b\\u{a0}" 12.5%')
    expect(explanation).toContain('%, and others); 0% was expected.')
    expect(explanation).toContain('87.5% of values are categories not found in the baseline (')
    expect(found.column('n').unseen_values).toEqual(
      ['2.5', '9', '-7']
        .map((value) => ({ value, share: 0.2 }))
        .toSorted((x, y) => (x.value < y.value ? -1 : 1)),
    )
    expect(found.column('n').explanation).toMatch(
      /mostly at values not found in the baseline \(-7: 20%, 2\.5: 20%, 9: 20%\), from 0% to 60% of rows/,
    )
    expect(found.column('many').unseen_values![0]).toEqual({ value: 'UNKNOWN', share: 0.5 })
    expect(found.column('many').explanation).toContain('"UNKNOWN" 50%')
  })

  test('names nothing where the baseline has all, and cuts what is long', async () => {
    const same = files.write('same.csv', csv({ c: cycle(500, 'a', 'b') }))
    const long = files.write('long.csv', csv({ c: cycle(500, 'a', 'é'.repeat(300)) }))
    expect((await report(same, same)).column('c').unseen_values).toBeUndefined()
    const { unseen_values: unseen, explanation } = (await report(same, long)).column('c')
    expect([...unseen![0].value].length).toBeLessThanOrEqual(100)
    expect(explanation).toContain(`"${'é'.repeat(59)}…" 50%`)
  })
})

test('a name in quotes hides nothing', () => {
  expect(
    ['Austria ', '  x', 'a\tb', 'x\u00a0y', 'a\u200bb', 'Ge\u0301', 'Gé', '"q"\\', ''].map(quoted),
  ).toEqual([
    '"Austria "',
    '" \\u{20}x"',
    '"a\\tb"',
    '"x\\u{a0}y"',
    '"a\\u{200b}b"',
    '"Ge\\u{301}"',
    '"Gé"',
    '"\\"q\\"\\\\"',
    '""',
  ])
})

describe('a monitor', () => {
  const HOUR = 3_600_000
  const START = Date.UTC(2026, 0, 1)
  const PER_HOUR = 30
  let service: TestService
  let results: Json[]

  beforeAll(async () => {
    service = await testService()
    const must = async (path: string, body: unknown, headers?: Record<string, string>) => {
      const answer = await service.call('POST', path, body, headers)
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
      return answer.body
    }
    const features = { c: 'categorical', n: 'numeric', steady: 'categorical', site: 'categorical' }
    await must('/models', { name: 'shop', task: 'binary', positive: 'yes', features, segments: ['site'] })
    const rows = Array.from({ length: 6 * 24 * PER_HOUR }, (_, i) => {
      const ts = START + Math.floor((i * HOUR) / PER_HOUR)
      const late = ts >= START + 5 * 24 * HOUR
      const site = i % 2 ? 'north' : 'south'
      return {
        id: `r${i}`,
        ts,
        version: i % 3 ? '1' : '2',
        features: {
          c:
            late && site === 'north'
              ? i % 4 === 1
                ? 'Austria '
                : 'germany'
              : ['Austria', 'Germany'][(i >> 2) % 2],
          n: late && i % 3 === 0 ? 2.5 : i % 5,
          steady: ['a', 'b'][(i >> 3) % 2],
          site,
        },
        score: (i % 10) / 10,
        prediction: i % 4 ? 'no' : 'yes',
      }
    })
    const ndjson = { 'content-type': 'application/x-ndjson' }
    await must('/models/shop/predictions', rows.map((row) => JSON.stringify(row)).join('\n'), ndjson)
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-06T00:00:00Z' }
    await must('/models/shop/baselines', { name: 'first', window })
    const model = (await service.models.find('shop'))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
    await must('/monitors', {
      name: 'daily',
      model: 'shop',
      checks: ['feature'],
      segments: ['site'],
      by_version: true,
    })
    const asOf = new Date(START + 6 * 24 * HOUR + HOUR).toISOString()
    results = (await must('/monitors/daily/run', { asOf })).results
  })

  const resultOf = async (column: string, segment = '', version = '') => {
    const found = results.find(
      (one) => one.column === column && one.segment === segment && one.version === version,
    )
    return (await service.call('GET', `/results/${found.id}`)).body
  }

  test('names them in the result, out of the rows of the window', async () => {
    const c = await resultOf('c')
    expect(c).toMatchObject({ verdict: 'critical', reason: 'unseen' })
    expect(c.unseen_values).toEqual([
      { value: 'Austria ', share: 0.25 },
      { value: 'germany', share: 0.25 },
    ])
    expect(c.explanation).toBe(
      '50% of values are categories not found in the baseline ("Austria " 25%, "germany" 25%); 0% was expected.',
    )
    const n = await resultOf('n')
    expect(n.unseen_values).toEqual([{ value: '2.5', share: expect.closeTo(1 / 3, 12) }])
    expect(n.explanation).toContain('values not found in the baseline (2.5: 33.3%), from 0% to 33.3% of rows')
    expect(n.contributions.find(({ kind }: Json) => kind === 'other').label).toBe('new values')
    expect((await resultOf('steady')).unseen_values).toEqual([])
  })

  test('of a segment and of a version those of its own rows', async () => {
    expect((await resultOf('c', 'site=north')).unseen_values.map(({ share }: Json) => share)).toEqual([
      0.5, 0.5,
    ])
    expect((await resultOf('c', 'site=south')).unseen_values).toEqual([])
    const version = await resultOf('n', '', '2')
    expect(version.unseen_values).toEqual([{ value: '2.5', share: 1 }])
    expect((await resultOf('n', '', '1')).unseen_values).toEqual([])
  })

  test('and they come out again, or what differs is told', async () => {
    const again = async (id: string) => (await service.call('POST', `/results/${id}/reproduce`)).body
    for (const [column, segment, version] of [
      ['c', '', ''],
      ['n', '', ''],
      ['c', 'site=north', ''],
      ['n', '', '2'],
    ])
      // prettier-ignore
      expect(await again((await resultOf(column, segment, version)).id)).toMatchObject({ agrees: true })
    const { id } = await resultOf('c')
    const other = [...id].reverse().join('')
    await service.store.rollup.command({
      query: `INSERT INTO results SELECT * REPLACE ('${other}' AS id,
        replaceOne(evaluation, '"value":"germany"', '"value":"Germany"') AS evaluation) FROM results WHERE results.id = '${id}'`,
    })
    const { agrees, evaluation, window } = await again(other)
    expect({ agrees, evaluation }).toEqual({ agrees: false, evaluation: { status: 'agrees' } })
    expect(window.differences).toEqual([
      { what: 'unseen_values.1.value', stored: 'Germany', recomputed: 'germany' },
    ])
  })
})
