import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGroupLabel, groupCounts } from '../../../detectors/verdict/groups.ts'
import { groupsOfPoints } from '../../../ingest/baseline/binning.ts'
import type { NumericGroups } from '../../../store/profiles/binning.ts'
import { pointsOf } from '../../../ingest/baseline/points.ts'
import { exactNumeric, numeric, seeded } from '../../support/samples/columns.ts'

const counted = (values: readonly number[]) => {
  const rows = new Map<number, number>()
  for (const value of values) rows.set(value, (rows.get(value) ?? 0) + 1)
  return pointsOf([...rows].map(([value, count]) => ({ value, rows: count })))
}
type EdgeGroups = Extract<NumericGroups, { by: 'edge' }>
const groupsOf = (values: readonly number[]) => groupsOfPoints(counted(values))
const repeat = (value: number, rows: number) => new Array<number>(rows).fill(value)
const ramp = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i)

/** The definition once more, plainly, over sorted values. */
function reference(values: readonly number[]): { edges: number[]; atoms: number[] } {
  const n = values.length
  const rows = (value: number) => values.filter((other) => other === value).length
  const atoms = [...new Set(values)].filter((value) => rows(value) >= n / 10).sort((a, b) => a - b)
  const rest = values.filter((value) => !atoms.includes(value)).sort((a, b) => a - b)
  const m = Math.max(2, Math.round((10 * rest.length) / n))
  const quantile = (i: number) => {
    const position = ((rest.length - 1) * i) / m
    const [low, high] = [rest[Math.floor(position)], rest[Math.ceil(position)]]
    return low + (high - low) * (position - Math.floor(position))
  }
  return { edges: [...new Set(Array.from({ length: m - 1 }, (_, i) => quantile(i + 1)))], atoms }
}

describe('the groups of PSI', () => {
  it('are the deciles where no value is heavy', () => {
    expect(groupsOf(ramp(101))).toEqual({ by: 'edge', edges: [10, 20, 30, 40, 50, 60, 70, 80, 90] })
  })

  it('keep a heavy value apart and cut the rest at its own quantiles', () => {
    // 300 of 1,000 rows are no zeros: three groups of a hundred.
    expect(groupsOf([...repeat(0, 700), ...ramp(300, 1)])).toEqual({
      by: 'edge',
      edges: [1 + 299 / 3, 1 + 598 / 3],
      atoms: [0],
    })
  })

  it('are at least two beside a heavy value, however few the other rows', () => {
    const { edges, atoms } = groupsOf([...repeat(0, 990), ...ramp(30, 1)]) as EdgeGroups
    expect([edges, atoms]).toEqual([[15.5], [0]])
  })

  it('cut above the least of the rest where that is its only quantile', () => {
    const clicks = [...repeat(0, 930), ...repeat(1, 50), ...ramp(20, 2)]
    expect(groupsOf(clicks)).toEqual({ by: 'edge', edges: [1, 2], atoms: [0] })
  })

  it('follow the definition', () => {
    const value = fc.oneof(fc.constantFrom(0, 1, 5), fc.integer({ min: -40, max: 40 }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 60, maxLength: 300 }), (values) => {
        fc.pre(new Set(values).size > 20)
        const found = groupsOf(values) as EdgeGroups
        const { edges, atoms } = reference(values)
        expect(found.atoms ?? []).toEqual(atoms)
        // The last digit of an interpolated edge depends on the order of the operations.
        expect(found.edges.length).toBeGreaterThanOrEqual(edges.length)
        edges.forEach((edge, i) => expect(found.edges[i]).toBeCloseTo(edge, 12))
      }),
    )
  })

  it('are three or more wherever there are more than two values', () => {
    const shape = fc.constantFrom(
      (u: number) => Math.floor(u ** 8 * 60),
      (u: number) => (u < 0.93 ? 0 : Math.floor(u * 1000)),
      (u: number) => (u < 0.5 ? -1 : u < 0.95 ? 3 : Math.floor(u * 400)),
      (u: number) => Math.floor(u * 30),
      (u: number) => Math.floor(u * 3),
    )
    fc.assert(
      fc.property(shape, fc.integer(), fc.integer({ min: 30, max: 3000 }), (of, seed, n) => {
        const random = seeded(seed)
        const values = Array.from({ length: n }, () => of(random()))
        fc.pre(new Set(values).size > 2)
        const { baseline } = groupCounts(numeric(values, values))
        expect(baseline.filter((rows) => rows > 0).length).toBeGreaterThan(2)
      }),
    )
  })

  it.each([
    ['bins', numeric],
    ['exact cells', exactNumeric],
  ])('count each row once, over %s', (_, column) => {
    const values = [...repeat(0, 700), ...repeat(5.5, 150), ...ramp(150, 1)]
    const { labels, baseline, window } = groupCounts(column(values, [0, 0, 5.5, 5.4, -3, 1e9, 120]))
    expect(labels.map(formatGroupLabel)).toEqual([
      '0',
      '5.5',
      '< 75.5 other than 0, 5.5',
      '≥ 75.5',
      'missing',
    ])
    expect([baseline, window]).toEqual([
      [700, 150, 75, 75, 0],
      [2, 1, 2, 2, 0],
    ])
  })
})
