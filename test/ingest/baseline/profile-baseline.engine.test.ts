/** Each column is sorted once, and its bins and counts come from that; slower ways give the same. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Column } from '../../../control/declared/model.ts'
import { profileBaseline } from '../../../ingest/baseline/profile-baseline.ts'
import { profileColumns } from '../../../ingest/baseline/profile.ts'
import { insertEncoded } from '../../../store/engine/query.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import { rowsIn } from '../../../store/profiles/row-source.ts'
import type { Store } from '../../../store/engine/client.ts'
import { seeded } from '../../support/samples/columns.ts'
import { temporaryStore } from '../../support/stores/store.ts'

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
})

const NUMBER: Column = { role: 'feature', name: 'v', kind: 'numeric', source: 'v' }
const CATEGORY: Column = { role: 'feature', name: 'c', kind: 'categorical', source: 'c' }
type Cell = number | null

let made = 0
async function table(values: readonly Cell[]): Promise<string> {
  const name = `sorted${made++}`
  await store.ingest.command({
    query: `CREATE TABLE ${name} (v Nullable(Float64), c Nullable(String)) ENGINE = MergeTree ORDER BY ()`,
  })
  const lines = values.map((value) => {
    const text = Object.is(value, -0) ? '-0' : String(value)
    return `[${text}, ${value === null ? 'null' : JSON.stringify(String(Math.trunc(value)))}]`
  })
  await insertEncoded(store.ingest, name, ['v', 'c'], lines)
  return name
}

/** With so many rows a column is said not to fit into memory. */
const TOO_MANY = 20_000_000

async function everyWay(values: readonly Cell[]): Promise<void> {
  const name = await table(values)
  const columns = [NUMBER, CATEGORY]
  const found = await profileBaseline(store.rollup, rowsIn(name, values.length), columns)
  const counted = await profileColumns(store.rollup, name, found)
  const scanned = await profileBaseline(store.rollup, rowsIn(name, TOO_MANY), columns)
  for (const [i, { profile }] of found.entries()) sameProfile({ ...found[i], profile: counted[i] }, { ...found[i], profile }) // prettier-ignore
  sameBinning(found[0], scanned[0])
  expect(found[1].binning).toEqual(scanned[1].binning)
}

function sameProfile(one: BaselineColumn, other: BaselineColumn): void {
  expect(other.profile.counts).toEqual(one.profile.counts)
  const magnitude = 1 + one.profile.squares
  close(other.profile.squares, one.profile.squares, magnitude)
  for (const [slot, sum] of one.profile.sums.entries()) close(other.profile.sums[slot], sum, magnitude)
}

function sameBinning(one: BaselineColumn, other: BaselineColumn): void {
  if (one.binning.kind !== 'numeric' || other.binning.kind !== 'numeric') throw new Error('not numeric')
  close(other.binning.centre, one.binning.centre, 1 + Math.abs(one.binning.centre))
  expect({ ...other.binning, centre: 0 }).toEqual({ ...one.binning, centre: 0 })
  expect(other.profile.counts.slice(1)).toEqual(one.profile.counts.slice(1))
}

function close(found: number, expected: number, magnitude: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * magnitude)
}

const random = seeded(7)
const draw = (n: number, of: (u: number, i: number) => Cell) =>
  Array.from({ length: n }, (_, i) => of(random(), i))

describe('bins and counts are those of slower ways', () => {
  it.each<[string, Cell[]]>([
    ['smooth', draw(20_000, (u) => u)],
    ['in order', draw(3000, (_, i) => i)],
    ['backwards', draw(3000, (_, i) => -i)],
    ['a tenth missing', draw(5000, (u) => (u < 0.1 ? null : Math.log(u)))],
    ['all missing', draw(300, () => null)],
    ['one value', [42]],
    ['two rows', [1, 2]],
    ['126 values', draw(126, (_, i) => i / 7)],
    ['251 values', draw(251, (_, i) => i * i)],
    ['600 values', draw(600, (u) => u)],
    ['1,001 values', draw(1001, (u) => u)],
    ['each value twice', draw(4000, (_, i) => Math.floor(i / 2))],
    ['each value eight times', draw(4000, (_, i) => Math.floor(i / 8))],
    ['each value twenty times', draw(8000, (_, i) => Math.floor(i / 20))],
    ['mostly zero', draw(6000, (u) => (u < 0.9 ? 0 : u))],
    ['zeros of both signs', draw(6000, (u) => (u < 0.3 ? -0 : u < 0.6 ? 0 : u))],
    ['rounded', draw(9000, (u) => Math.round(-Math.log(u) * 200) / 10)],
    ['counts', draw(9000, (u) => Math.floor(u ** -1.5))],
    ['times', draw(5000, (u) => 1_700_000_000_000 + Math.floor(u * 86_400_000))],
    ['copies in single precision beside', draw(4000, (u, i) => (i % 2 === 0 ? Math.round(u * 300) / 10 : Math.fround(Math.round(u * 300) / 10)))], // prettier-ignore
    ['three heavy values', draw(7000, (u) => (u < 0.2 ? 1.5 : u < 0.5 ? 2.5 : u < 0.8 ? -1 : u * 100))],
    ['few distinct', draw(5000, (u) => Math.floor(u * 40) / 4)],
  ])('%s', async (_, values) => everyWay(values))

  it('whatever the values', async () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 0, max: 400 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constant(null),
    )
    const column = fc
      .tuple(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 40 }))
      .map(([cells, times]) => Array.from({ length: times }, () => cells).flat())
    await fc.assert(fc.asyncProperty(column, everyWay), { numRuns: 40, seed: 5 })
  })
})
