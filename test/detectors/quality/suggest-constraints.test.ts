import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { constraintProblems } from '../../../domain/constraints.ts'
import { plainAbove, plainBelow, plainShareAbove } from '../../../detectors/quality/plain-numbers.ts'
import { suggestConstraints } from '../../../detectors/quality/suggest-constraints.ts'
import type { Suggestion } from '../../../detectors/quality/suggestion.ts'
import { besideDeclared } from '../../../detectors/quality/suggested-feature.ts'
import { binningByValue, numericBinning, quantilesOf } from '../../../ingest/baseline/binning.ts'
import { pointsOf } from '../../../ingest/baseline/points.ts'
import { float32Interval } from '../../../store/profiles/float32.ts'
import type { CategoricalBinning, ColumnProfile, NumericBinning } from '../../../store/profiles/binning.ts'
import { uniform } from '../../../bench/support.ts'

/** A baseline's column of these values, with further rows that have none. */
function numeric(values: readonly number[], missing = 0) {
  const sorted = values.toSorted((a, b) => a - b)
  const rows = new Map<number, number>()
  for (const value of sorted) rows.set(value, (rows.get(value) ?? 0) + 1)
  const counted = [...rows].map(([value, n]) => ({ value, rows: n }))
  const binning = counted.length <= 125 ? binningByValue(pointsOf(counted), 0) : byQuantile(sorted)
  const counts = [missing, ...binning.edges.map(() => 0)]
  for (const value of sorted) counts[binning.edges.findLastIndex((edge) => edge <= value) + 1]++
  return { binning, profile: profileOf(counts) }
}

function byQuantile(sorted: readonly number[]): NumericBinning {
  const quantiles = quantilesOf(sorted.length, (rank) => sorted[rank])
  const range = [float32Interval(sorted[0]).from, float32Interval(sorted.at(-1)!).to]
  return numericBinning([], [...range, ...quantiles.slice(1, -1)], { by: 'edge', edges: [] }, 0)
}

function categorical(rows: Record<string, number>, { missing = 0, rest = 0, truncated = false } = {}) {
  const binning: CategoricalBinning = {
    kind: 'categorical',
    categories: Object.keys(rows),
    truncated,
    singletons: 0,
  }
  return { binning, profile: profileOf([missing, ...Object.values(rows), rest]) }
}

const profileOf = (counts: number[]): ColumnProfile => ({ counts, sums: [], squares: 0 })
const many = <T>(n: number, of: (i: number) => T) => Array.from({ length: n }, (_, i) => of(i))
const asConstraints = ({ constraints }: Suggestion) =>
  Object.fromEntries(constraints.map(({ field, value }) => [field, value]))
const reasonsOf = ({ withheld }: Suggestion) =>
  Object.fromEntries(withheld.map(({ field, reason }) => [field, reason]))

describe('a required value', () => {
  test('is suggested where every row has one', () => {
    const found = suggestConstraints(categorical({ a: 600, b: 400 }))
    expect(asConstraints(found)).toEqual({ required: true, allowed: ['a', 'b'] })
    expect(found.constraints[0].reason).toBe('all 1,000 rows have a value')
  })

  test.each([
    [1, 0.001],
    [70, 0.002],
    [500, 0.01],
  ])('is suggested with a tolerance where %d of 100,000 rows have none', (missing, tolerance) => {
    const found = suggestConstraints(categorical({ a: 100_000 - missing }, { missing }))
    expect(asConstraints(found)).toMatchObject({ required: true, tolerance })
  })

  test('is not suggested where more than a few rows have none', () => {
    const found = suggestConstraints(categorical({ a: 99_000 }, { missing: 1000 }))
    expect(asConstraints(found)).toEqual({ allowed: ['a'] })
    expect(reasonsOf(found).required).toBe('1% of rows have no value')
  })
})

test('fewer than 1,000 rows suggest nothing, and fewer values no constraint on them', () => {
  expect(suggestConstraints(categorical({ a: 999 }))).toEqual({ constraints: [], withheld: [] })
  const sparse = suggestConstraints(numeric(many(900, (i) => i), 9000)) // prettier-ignore
  expect(sparse.constraints).toEqual([])
  expect(reasonsOf(sparse)).toMatchObject({ min: 'only 900 rows have a value', max: 'only 900 rows have a value' }) // prettier-ignore
})

describe('a range', () => {
  test('begins at 0 where no value is negative', () => {
    expect(asConstraints(suggestConstraints(numeric(many(1000, (i) => i % 24))))).toEqual({
      required: true,
      min: 0,
      max: 35,
    })
  })

  test('begins above 0 where values are far from it', () => {
    const years = suggestConstraints(numeric(many(5000, (i) => 1990 + (i % 30))))
    expect(asConstraints(years)).toMatchObject({ min: 1975, max: 2034 })
    expect(years.constraints[1].reason).toBe('the smallest value is 1990, less a margin of 14.5')
  })

  test('has a margin below negative values too', () => {
    expect(asConstraints(suggestConstraints(numeric(many(2000, (i) => -50 + i / 20))))).toMatchObject({
      min: -100,
      max: 100,
    })
  })

  test('has no end on the side of a value that is far from all others', () => {
    const found = suggestConstraints(numeric([...many(1999, (i) => i % 100), 9999]))
    expect(asConstraints(found)).toEqual({ required: true, min: 0 })
    expect(reasonsOf(found).max).toBe('the largest value, 9999, is far from the others: 99% are at most 98')
  })

  test('is not derived from one value', () => {
    const found = suggestConstraints(numeric(many(1000, () => -3)))
    expect(reasonsOf(found)).toEqual({ min: 'all values are -3', max: 'all values are -3' })
  })

  test('is open where doubles end', () => {
    const found = suggestConstraints(numeric(many(1000, (i) => (i % 2 ? 1 : -1) * Number.MAX_VALUE)))
    expect(asConstraints(found)).toEqual({ required: true })
  })

  test.each([
    ['normal', (u: () => number) => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u())],
    ['exponential', (u: () => number) => -Math.log(u())],
    ['uniform', (u: () => number) => u()],
  ])('holds on as many further values of a %s distribution', (_, draw) => {
    let violated = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = uniform(seed)
      const u = () => 1 - random()
      const found = asConstraints(suggestConstraints(numeric(many(1000, () => draw(u)))))
      const next = many(1000, () => draw(u))
      if (next.some((value) => value < (found.min as number) || value > (found.max as number))) violated++
    }
    // With half of the range between the percentiles alone, it is one in ten for an exponential one.
    expect(violated).toBeLessThanOrEqual(3)
  })
})

describe('allowed categories', () => {
  test.each([
    ['more than 50', categorical(Object.fromEntries(many(51, (i) => [`c${i}`, 100]))), /more than 50/],
    ['a list that was cut', categorical({ a: 5000 }, { truncated: true, rest: 10 }), /more than 50/],
    ['rows of others', categorical({ a: 5000 }, { rest: 10 }), /of 10 rows are not listed/],
    ['a rare one', categorical({ a: 5000, b: 2 }), /1 of 2 categories occurs only once or twice/],
  ])('are not suggested of %s', (_, column, reason) => {
    const found = suggestConstraints(column)
    expect(asConstraints(found)).toEqual({ required: true })
    expect(reasonsOf(found).allowed).toMatch(reason)
  })

  test('leave out what the baseline does not hold', () => {
    expect(asConstraints(suggestConstraints(categorical({ a: 5000, gone: 0, b: 3 })))).toMatchObject({
      allowed: ['a', 'b'],
    })
  })
})

test('every suggestion holds on the baseline, and can be declared', () => {
  const value = fc.oneof(
    fc.integer({ min: -5, max: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0),
    fc.integer({ min: 1_700_000_000, max: 1_700_000_100 }),
  )
  const values = fc.array(value, { minLength: 1, maxLength: 300 }).map((some) =>
    many(Math.max(1000, some.length), (i) => some[i % some.length]),
  ) // prettier-ignore
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 10 }), (present, missing) => {
      const found = asConstraints(suggestConstraints(numeric(present, missing)))
      const { min = -Infinity, max = Infinity, required, tolerance = 0 } = found as Record<string, number>
      expect(present.filter((one) => one < min || one > max)).toEqual([])
      if (required) expect(missing / (present.length + missing)).toBeLessThanOrEqual(tolerance)
      expect(constraintProblems({ kind: 'numeric', ...found })).toEqual([])
    }),
  )
  const rows = fc.dictionary(fc.string(), fc.integer({ min: 0, max: 2000 }), { minKeys: 1, maxKeys: 60 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1 }), (held, missing, rest) => {
      const found = asConstraints(suggestConstraints(categorical(held, { missing, rest })))
      const { allowed } = found as { allowed?: string[] }
      const present = Object.keys(held).filter((category) => held[category] > 0)
      if (allowed !== undefined) expect([...present, ...Array<string>(rest)]).toEqual(allowed)
      expect(constraintProblems({ kind: 'categorical', ...found })).toEqual([])
    }),
  ) // prettier-ignore
})

test('bounds are plain numbers, rounded outward', () => {
  expect(plainAbove(4983, 1200)).toBe(6200)
  expect(plainBelow(0.1, 0.03)).toBe(0.07)
  expect(plainBelow(-4, 4)).toBe(-8)
  expect(plainAbove(1e18, 3)).toBe(1e18 + 3)
  expect([0.0012, 0.002, 0.05].map(plainShareAbove)).toEqual([0.002, 0.002, 0.05])
  const double = fc.double({ min: -1e12, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(double, fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (x, margin) => {
      expect(plainAbove(x, margin)).toBeGreaterThanOrEqual(x + margin)
      expect(plainBelow(x, margin)).toBeLessThanOrEqual(x - margin)
    }),
  )
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (share) => {
      expect(plainShareAbove(share)).toBeGreaterThanOrEqual(share)
    }),
  )
})

describe('beside what is declared', () => {
  const found = suggestConstraints(categorical({ a: 5000, b: 4000, c: 900 }, { missing: 3 }))

  test('equal constraints do not differ, whatever their order', () => {
    const feature = { name: 'f', kind: 'categorical' as const, required: true, allowed: ['c', 'b', 'a'] }
    const { constraints } = besideDeclared(feature, found)
    expect(constraints.map(({ field, differs }) => [field, differs])).toEqual([
      ['required', false],
      ['tolerance', true],
      ['allowed', false],
    ])
  })

  test('others are told with what is declared', () => {
    const feature = { name: 'f', kind: 'categorical' as const, allowed: ['a'], tolerance: 0.1 }
    const { constraints } = besideDeclared(feature, found)
    expect(constraints.map(({ field, declared, differs }) => [field, declared, differs])).toEqual([
      ['required', undefined, true],
      ['allowed', ['a'], true],
    ])
  })
})
