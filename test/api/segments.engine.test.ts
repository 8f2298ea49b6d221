/** What the API tells of segments and versions. */
import { beforeAll, describe, expect, test } from 'vitest'
import { apiFixture, DAY, START, type ApiFixture } from '../support/api.ts'

let fixture: ApiFixture
const day = (n: number) => new Date(START + n * DAY).toISOString()
const get = (path: string) => fixture.call('GET', `/models/shop/${path}`)

beforeAll(async () => {
  fixture = await apiFixture(60)
  const { call } = fixture
  await call('POST', '/monitors', {
    name: 'split',
    model: 'shop',
    checks: ['feature'],
    segments: ['c'],
    by_version: true,
  })
  const run = await call('POST', '/monitors/split/run', {
    asOf: new Date(START + 8 * DAY + 3_600_000).toISOString(),
  })
  expect(run.status).toBe(200)
})

describe('segments and versions of a model', () => {
  test('are listed with their rows, those with most first', async () => {
    const { status, body } = await get(`segments?from=${day(0)}&to=${day(5)}`)
    expect(status).toBe(200)
    expect(body.columns).toEqual(['c'])
    const rows = fixture.rows.filter(({ ts }) => ts < START + 5 * DAY)
    const count = (c: string) => rows.filter((row) => row.c === c).length
    const expected = ['a', 'b', 'missing'].map((c) => ({
      segment: `c=${c}`,
      column: 'c',
      part: 'value',
      value: c,
      rows: count(c),
    }))
    expect(body.segments).toEqual(expected.sort((x, y) => y.rows - x.rows))
    expect(body.versions).toEqual([
      { version: '1', rows: rows.filter((_, i) => i % 3 !== 0).length, shadow: 0 },
      { version: '2', rows: rows.filter((_, i) => i % 3 === 0).length, shadow: 0 },
    ])
  })

  test('categories that came since are listed together', async () => {
    const { body } = await get(`segments?from=${day(7)}&to=${day(9)}`)
    const others = fixture.rows.filter(
      ({ ts, c }) => ts >= START + 7 * DAY && ts < START + 9 * DAY && c.endsWith('!'),
    )
    expect(body.segments).toContainEqual({
      segment: 'c:other',
      column: 'c',
      part: 'other',
      value: null,
      rows: others.length,
    })
  })

  test('by default are those of the last 30 days that have predictions', async () => {
    const { body } = await get('segments')
    expect(body.to).toBe(day(10))
    expect(body.versions.map(({ version }: { version: string }) => version)).toEqual(['1', '2'])
  })
})

describe('results', () => {
  const members = (body: { results: { segment: string; version: string }[] }) =>
    new Set(body.results.map(({ segment, version }) => segment || version))

  test('without a filter are of the whole model and all its parts', async () => {
    const { body } = await get('results?from=2026-01-01&to=2026-02-01&monitor=split')
    expect(members(body)).toEqual(new Set(['', 'c=a', 'c=b', 'c=missing', '1', '2']))
  })

  test.each([
    ['segment=c%3Da', ['c=a']],
    ['version=2', ['2']],
    ['segment=&version=', ['']],
    ['segment=c%3Anever', []],
  ])('with %s are of that part', async (query, expected) => {
    const { body } = await get(`results?from=2026-01-01&to=2026-02-01&monitor=split&${query}`)
    expect(members(body)).toEqual(new Set(expected))
  })

  test('can be reproduced over the API', async () => {
    const { body } = await get('results?from=2026-01-01&to=2026-02-01&monitor=split&segment=c%3Da')
    for (const { id } of body.results) {
      const reproduced = await fixture.call('POST', `/results/${id}/reproduce`)
      expect(reproduced.body).toMatchObject({
        agrees: true,
        window: { status: 'agrees' },
        baseline: { status: 'agrees' },
      })
    }
  })
})

describe('charts', () => {
  const rowsOf = (from: number, to: number, c: string) =>
    fixture.rows.filter((row) => row.ts >= START + from * DAY && row.ts < START + to * DAY && row.c === c)
      .length

  test('the distribution of a segment is of its own rows on both sides', async () => {
    const { body } = await get(`columns/x/distribution?from=${day(7)}&to=${day(8)}&segment=c%3Da`)
    expect(body.window.rows).toBe(rowsOf(7, 8, 'a'))
    expect(body.baseline.rows).toBe(rowsOf(0, 5, 'a'))
  })

  test('the distribution of a version is of its rows against the whole baseline', async () => {
    const whole = (await get(`columns/x/distribution?from=${day(7)}&to=${day(8)}`)).body
    const { body } = await get(`columns/x/distribution?from=${day(7)}&to=${day(8)}&version=2`)
    expect(body.window.rows).toBe(whole.window.rows / 3)
    expect(body.baseline).toEqual(whole.baseline)
  })

  test('a segment that nobody knows has no rows', async () => {
    const { status, body } = await get(`columns/x/distribution?from=${day(7)}&to=${day(8)}&segment=never`)
    expect(status).toBe(200)
    expect([body.window.rows, body.baseline.rows, body.psi]).toEqual([0, 0, null])
  })

  test('the heatmap is of the whole model, or of the part that is asked for', async () => {
    const rows = async (query: string) =>
      (await get(`heatmap?monitor=split&from=2026-01-01&to=2026-02-01${query}`)).body.rows.map(
        ({ column, segment, version }: Record<string, string>) => [column, segment, version],
      )
    expect((await rows('')).sort()).toEqual([
      ['c', '', ''],
      ['x', '', ''],
    ])
    expect((await rows('&segment=c%3Da')).sort()).toEqual([
      ['c', 'c=a', ''],
      ['x', 'c=a', ''],
    ])
    expect((await rows('&version=2')).sort()).toEqual([
      ['c', '', '2'],
      ['x', '', '2'],
    ])
  })

  test('shares of drifted columns count each column once', async () => {
    const { body } = await fixture.call('GET', '/overview')
    const { drifted } = body.models.find(({ model }: { model: string }) => model === 'shop')
    expect(drifted.of).toBe(2)
  })
})

describe('monitors', () => {
  test('are refused with a segment that the model does not have', async () => {
    const { status, body } = await fixture.call('POST', '/monitors', {
      name: 'wrong',
      model: 'shop',
      segments: ['c', 'x'],
    })
    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { path: 'segments.1', message: '"x" is not one of the segment columns of "shop"' },
    ])
  })

  test('warn of a segment column that came after the baseline', async () => {
    const { call } = fixture
    await call('PATCH', '/models/shop', { segments: ['c', 'x'] })
    const { status, body } = await call('POST', '/monitors', {
      name: 'early',
      model: 'shop',
      segments: ['x'],
    })
    expect(status).toBe(201)
    expect(body.warnings).toContainEqual(
      expect.objectContaining({ code: 'segments_not_counted', column: 'x' }),
    )
    const run = await call('POST', '/monitors/early/run', { asOf: new Date(START + 8 * DAY).toISOString() })
    expect(new Set(run.body.results.map(({ segment }: { segment: string }) => segment))).toEqual(
      new Set(['']),
    )
  })
})
