import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBaselines } from '../../../detectors/baselines/compare-baselines.ts'
import { overOlderBins, type Counted } from '../../../detectors/baselines/over-bins.ts'
import { sum } from '../../../domain/sum.ts'
import { LOWEST_EDGE, type CategoricalBinning, type NumericBinning } from '../../../store/profiles/binning.ts'

const numeric = (edges: readonly number[], counts: readonly number[], more: Partial<NumericBinning> = {}): Counted<NumericBinning> => ({
  binning: { kind: 'numeric', edges: [LOWEST_EDGE, ...edges], points: [], groups: { by: 'edge', edges: [LOWEST_EDGE, ...edges] }, centre: 0, ...more },
  profile: { counts, sums: counts.map(() => 0), squares: 0 },
}) // prettier-ignore
const categorical = (categories: readonly string[], counts: readonly number[], more: Partial<CategoricalBinning> = {}): Counted<CategoricalBinning> => ({
  binning: { kind: 'categorical', categories, truncated: false, singletons: 0, ...more },
  profile: { counts, sums: [], squares: 0 },
}) // prettier-ignore
function over(older: Counted, newer: Counted) {
  const outcome = overOlderBins(older, newer)
  if ('reason' in outcome) throw new Error(outcome.reason)
  return outcome
}

describe('numbers over the bins of an older baseline', () => {
  it('are divided in proportion where a cell lies across an edge, and the precision says how much that is', () => {
    const older = numeric([0, 10, 20], [0, 0, 50, 50, 0])
    const newer = numeric([0, 4, 14, 20], [5, 0, 10, 20, 30, 0])
    const { input, precision } = over(older, newer)
    // Of [4, 14), six tenths lie below 10.
    expect(input.window.counts).toEqual([5, 0, 22, 38, 0])
    expect(precision).toBe(20 / 60)
  })

  it('are exact where each value has a cell of its own', () => {
    const older = numeric([0, 10, 20], [0, 0, 50, 50, 0])
    const newer = numeric([3, 3.5, 12, 12.5], [1, 0, 7, 0, 8, 0], { points: [3, 12] })
    const { input, precision } = over(older, newer)
    expect([input.window.counts, precision]).toEqual([[1, 0, 7, 8, 0], 0])
  })

  it('stay as many, whatever the edges', () => {
    const edges = fc.uniqueArray(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 1, maxLength: 12 }).map((all) => all.map((x) => x + 0).sort((a, b) => a - b)) // prettier-ignore
    const some = edges.chain((all) => fc.tuple(fc.constant(all), fc.array(fc.nat(1000), { minLength: all.length + 2, maxLength: all.length + 2 }))) // prettier-ignore
    fc.assert(
      fc.property(some, some, ([to, before], [from, counts]) => {
        const { input, precision } = over(numeric(to, before), numeric(from, counts))
        expect(input.window.counts).toHaveLength(to.length + 2)
        expect(Math.abs(sum(input.window.counts) - sum(counts))).toBeLessThan(1e-6)
        expect(input.window.counts.every((rows) => rows >= 0)).toBe(true)
        expect(precision).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('categories over those of an older baseline', () => {
  it('are found by their names; those that it does not have are unseen', () => {
    const older = categorical(['a', 'b', '__proto__'], [1, 50, 30, 20, 0])
    const newer = categorical(['c', 'a'], [2, 10, 40, 0])
    const { input, merged } = over(older, newer)
    expect([input.window.counts, merged]).toEqual([[2, 40, 0, 0, 10], 0])
    expect(input.baseline.counts).toEqual([1, 50, 30, 20, 0])
  })

  it('count as other where the newer baseline lists only its most frequent ones', () => {
    const older = categorical(['a', 'b', 'c'], [0, 50, 30, 20, 0])
    const newer = categorical(['a', 'd'], [0, 40, 10, 50], { truncated: true })
    const { input, merged } = over(older, newer)
    expect(merged).toBe(2)
    expect(input.binning).toMatchObject({ categories: ['a'], truncated: true })
    expect([input.baseline.counts, input.window.counts]).toEqual([[0, 50, 50], [0, 40, 60]]) // prettier-ignore
  })
})

it('a column whose kind has changed is not compared, and says so', () => {
  const place = { role: 'feature' as const, name: 'code' }
  const comparison = compareBaselines(
    [{ ...place, ...numeric([0, 1], [0, 0, 9, 0]) }],
    [{ ...place, ...categorical(['a'], [0, 9, 0]) }],
  )
  expect(comparison.compared).toEqual([])
  expect(comparison.refused).toEqual([{ ...place, reason: 'It is numeric in one baseline and categorical in the other.' }]) // prettier-ignore
})
