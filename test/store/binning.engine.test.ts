/** Bins derived by the engine are those that the definition gives. */
import { beforeAll, describe, expect, it } from 'vitest'
import { groupsOfPoints } from '../../ingest/baseline/binning.ts'
import { deriveBinning } from '../../ingest/baseline/derive-binning.ts'
import { pointsOf } from '../../ingest/baseline/points.ts'
import { profileColumns } from '../../ingest/baseline/profile.ts'
import { cellValues, type NumericBinning } from '../../store/profiles/binning.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertEncoded } from '../../store/engine/query.ts'
import { groupCounts } from '../../detectors/verdict/groups.ts'
import { seeded } from '../support/samples/columns.ts'
import { temporaryStore } from '../support/stores/store.ts'

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
})

let made = 0
async function table(values: readonly number[]): Promise<string> {
  const name = `t${made++}`
  await store.ingest.command({
    query: `CREATE TABLE ${name} (v Nullable(Float64)) ENGINE = MergeTree ORDER BY ()`,
  })
  const lines = values.map((value) => `[${Object.is(value, -0) ? '-0' : value}]`)
  await insertEncoded(store.ingest, name, ['v'], lines)
  return name
}

async function derive(from: string): Promise<NumericBinning> {
  return (await deriveBinning(store.rollup, from, { kind: 'numeric', source: 'v' })) as NumericBinning
}

async function counts(from: string, binning: NumericBinning) {
  const column = { role: 'feature', name: 'v', kind: 'numeric', source: 'v', binning } as const
  return (await profileColumns(store.rollup, from, [column]))[0]
}

function groupsOf(values: readonly number[]) {
  const rows = new Map<number, number>()
  for (const value of values) rows.set(value + 0, (rows.get(value + 0) ?? 0) + 1)
  return groupsOfPoints(pointsOf([...rows].map(([value, count]) => ({ value, rows: count }))))
}

const random = seeded(3)
const draw = (n: number, of: (u: number) => number) => Array.from({ length: n }, () => of(random()))

describe.each([
  ['smooth', draw(2000, (u) => u)],
  ['mostly zeros', draw(4000, (u) => (u < 0.92 ? 0 : 100 * u))],
  ['two heavy values', draw(3000, (u) => (u < 0.4 ? -1.5 : u < 0.7 ? 0.1 : u * 10))],
  ['zeros of both signs', draw(2000, (u) => (u < 0.3 ? -0 : u < 0.6 ? 0 : u))],
  ['clicks', [...draw(3000, (u) => (u < 0.9 ? 0 : 1)), ...Array.from({ length: 140 }, (_, i) => i + 2)]],
  ['counts of up to 60', draw(3000, (u) => Math.floor(u ** 6 * 60))],
  ['twelve values', draw(3000, (u) => Math.floor(u * 12) / 10)],
])('%s', (_, values) => {
  it('has the groups of the definition, and cells that fit them', async () => {
    const from = await table(values)
    const binning = await derive(from)
    expect(binning.groups).toEqual(groupsOf(values))
    const profile = await counts(from, binning)
    const { baseline } = groupCounts({ binning, baseline: profile, window: profile })
    expect(baseline.filter((rows) => rows > 0).length).toBeGreaterThan(2)
    expect(baseline.reduce((sum, rows) => sum + rows, 0)).toBe(values.length)
    // Each row in the group that the definition gives it.
    const direct = groupCounts({ binning: exactly(binning, values), ...both(binning, values) })
    expect(baseline).toEqual(direct.baseline)
  })

  it('takes copies in single precision for the same values', async () => {
    const binning = await derive(await table(values))
    const single = cellValues(binning)
    const [own, copy] = [
      await counts(await table(values), binning),
      await counts(await table(values.map(Math.fround)), binning),
    ]
    single.forEach((value, cell) => {
      if (value !== undefined) expect(copy.counts[cell + 1], String(value)).toBe(own.counts[cell + 1])
    })
  })
})

/** The same groups over a cell a value. */
function exactly(binning: NumericBinning, values: readonly number[]): NumericBinning {
  const edges = [-Number.MAX_VALUE, ...new Set(values.map((value) => value + 0))].sort((a, b) => a - b)
  return { ...binning, edges, exact: true }
}

function both(binning: NumericBinning, values: readonly number[]) {
  const { edges } = exactly(binning, values)
  const at = new Map(edges.map((edge, i) => [edge, i + 1]))
  const slots = new Array<number>(edges.length + 1).fill(0)
  for (const value of values) slots[at.get(value + 0)!]++
  const profile = { counts: slots, sums: [], squares: 0 }
  return { baseline: profile, window: profile }
}
