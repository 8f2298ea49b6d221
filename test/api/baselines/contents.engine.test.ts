/** What baselines hold, and two of them compared. */
import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../../support/service.ts'

let service: TestService
const ROWS = 4000
/** Numbers in [0, 1) that look random and are the same each time. */
const spread = (i: number, prime: number) => ((i * prime) % 100_003) / 100_003

interface Row {
  age: number
  distance: number
  items: number
  city: string
}
const older = Array.from({ length: ROWS }, (_, i): Row => ({ age: 20 + 60 * spread(i, 7919), distance: 1000 * spread(i, 104_729), items: i % 7, city: i % 4 === 0 ? '<b>Oslo' : 'Bergen' })) // prettier-ignore
/** Ages have moved by a quarter of their range; the rest are other rows of the same kind. */
const newer = Array.from({ length: ROWS }, (_, k): Row => {
  const i = k + 50_000
  return { age: 35 + 60 * spread(i, 7919), distance: 1000 * spread(i, 104_729), items: i % 7, city: i % 100 === 0 ? 'Rome' : i % 4 === 0 ? '<b>Oslo' : 'Bergen' } // prettier-ignore
})

const upload = async (name: string, rows: readonly object[]) => {
  const [first] = rows
  const lines = rows.map((row) => Object.values(row).join(','))
  const body = [Object.keys(first).join(','), ...lines].join('\n')
  const answer = await service.call('POST', `/models/m/baselines?name=${name}`, body, { 'content-type': 'text/csv' }) // prettier-ignore
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
}
const get = async (path: string) => (await service.call('GET', `/models/m/baselines/${path}`)).body

beforeAll(async () => {
  service = await testService()
  const features = { age: 'numeric', distance: 'numeric', items: 'numeric', city: 'categorical', old: 'numeric', code: 'numeric' } // prettier-ignore
  const declared = await service.call('POST', '/models', { name: 'm', task: 'binary', features })
  expect(declared.status).toBe(201)
  await upload(
    'older',
    older.map((row, i) => ({ ...row, old: i, code: i % 9 })),
  )
  await upload(
    'newer',
    newer.map((row) => ({ ...row, prediction: 'yes' })),
  )
})

test('lists every column with its bins, missing rows and range', async () => {
  const { columns, total, matching } = await get('1/columns')
  expect([total, matching]).toEqual([6, 6])
  const [age, distance, items, city] = ['age', 'distance', 'items', 'city'].map((name) => columns.find(({ column }: { column: string }) => column === name)) // prettier-ignore
  const ages = older.map((row) => row.age).sort((a, b) => a - b)
  expect(age.rows).toBe(ROWS)
  expect(age.missing).toBe(0)
  expect(age.min).toBeCloseTo(ages[0], 3)
  expect(age.max).toBeCloseTo(ages.at(-1)!, 3)
  expect(Math.abs(age.median - ages[ROWS / 2])).toBeLessThan(0.5)
  expect(age.bins).toHaveLength(20)
  // Rows are spread evenly, so that bars of one width are about equally high.
  const sum = (bins: { rows: number }[]) => bins.reduce((all, { rows }) => all + rows, 0)
  expect(sum(age.bins)).toBeCloseTo(ROWS, 6)
  for (const { rows } of distance.bins) expect(Math.abs(rows - ROWS / 20)).toBeLessThan(ROWS / 100)
  expect(items.bins.map(({ label }: { label: string }) => label)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  expect(items.bins[0].rows).toBe(older.filter((row) => row.items === 0).length)
  expect([items.min, items.median, items.max]).toEqual([0, 3, 6])
  expect(city.bins).toEqual([{ label: 'Bergen', rows: 3000 }, { label: '<b>Oslo', rows: 1000 }]) // prettier-ignore
  expect([city.min, city.left_out]).toEqual([null, 0])
})

test('finds columns by part of their names, and hands them out in pages', async () => {
  expect((await get('1/columns?search=IST')).columns.map(({ column }: { column: string }) => column)).toEqual(['distance']) // prettier-ignore
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await get(`1/columns?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.columns.map(({ column }: { column: string }) => column))
    cursor = page.next_cursor ?? ''
  } while (cursor !== '')
  expect(seen.sort()).toEqual(['age', 'city', 'code', 'distance', 'items', 'old'])
})

test('compares two baselines, whichever is named first: the column that moved comes first', async () => {
  const comparison = await get('2/comparison?with=1')
  expect(await get('1/comparison?with=2')).toEqual(comparison)
  expect([comparison.older.version, comparison.newer.version]).toEqual([1, 2])
  const [first, ...rest] = comparison.columns
  expect(first).toMatchObject({ column: 'age', verdict: 'critical', kind: 'numeric' })
  expect(first.effect).toBeGreaterThan(0.25)
  const d = 15 / 60
  expect(Math.abs(first.d - d)).toBeLessThan(first.precision + 0.02)
  const city = rest.find(({ column }: { column: string }) => column === 'city')
  expect(city).toMatchObject({ precision: 0, merged: 0, d: null, window: { rows: ROWS, missing: 0 } })
  expect(city.bins.find(({ kind }: { kind: string }) => kind === 'unseen').window).toBe(newer.filter((row) => row.city === 'Rome').length) // prettier-ignore
  for (const column of ['distance', 'items'])
    expect(rest.find((one: { column: string }) => one.column === column).verdict, column).toBe('ok')
})

test('is as precise as it says, against the values themselves', async () => {
  const { columns } = await get('1/comparison?with=2')
  for (const name of ['age', 'distance'] as const) {
    const { bins, precision } = columns.find(({ column }: { column: string }) => column === name)
    expect(precision).toBeGreaterThan(0)
    expect(precision).toBeLessThan(0.01)
    for (const { from = -Infinity, to = Infinity, kind, window_share } of bins) {
      if (kind !== 'range') continue
      const share = newer.filter((row) => row[name] >= from && row[name] < to).length / ROWS
      // A bin has two edges.
      expect(Math.abs(window_share - share), `${name} from ${from}`).toBeLessThanOrEqual(2 * precision)
    }
  }
})

test('says which columns only one of them has', async () => {
  const { only_older, only_newer, not_compared } = await get('1/comparison?with=2')
  expect(only_older).toEqual([{ column: 'old', role: 'feature' }, { column: 'code', role: 'feature' }]) // prettier-ignore
  expect(only_newer).toEqual([{ column: 'prediction', role: 'prediction' }])
  expect(not_compared).toEqual([])
})

test('a baseline of the same rows differs in nothing, exactly', async () => {
  await upload('third', older)
  const { columns } = await get('1/comparison?with=3')
  expect(columns).toHaveLength(4)
  for (const { column, effect, d, precision } of columns) {
    expect(effect, column).toBeLessThanOrEqual(0)
    expect([d ?? 0, precision], column).toEqual([0, 0])
  }
})

test('refuses what is not there, and a baseline compared with itself', async () => {
  expect((await service.call('GET', '/models/m/baselines/9/columns')).status).toBe(404)
  expect((await service.call('GET', '/models/m/baselines/1/comparison?with=9')).status).toBe(404)
  expect((await service.call('GET', '/models/m/baselines/1/comparison?with=1')).status).toBe(400)
  expect((await service.call('GET', '/models/m/baselines/1/comparison')).status).toBe(400)
})
