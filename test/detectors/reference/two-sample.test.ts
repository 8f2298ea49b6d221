/** Tests between two samples that no verdict takes, and histogram bins. SciPy's word on them is in the second opinion. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalWidthEdges, quantileEdges } from '../../../detectors/reference/bin-edges.ts'
import { distinctValues } from '../../../detectors/reference/distinct-values.ts'
import { normalSf } from '../../../detectors/statistics/tails.ts'
import { andersonDarling } from '../../../detectors/reference/two-sample/anderson-darling.ts'
import { gTest } from '../../../detectors/reference/two-sample/g-test.ts'
import { mannWhitney } from '../../../detectors/reference/two-sample/mann-whitney.ts'
import { studentTwoSided } from '../../../detectors/reference/two-sample/student-t.ts'
import { tTest } from '../../../detectors/reference/two-sample/t-test.ts'

const value = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((x) => x / 1000),
)
const sample = fc.array(value, { minLength: 2, maxLength: 40 })
const near = (got: number | undefined, want: number | undefined, tolerance = 1e-9) =>
  got === want ||
  (got !== undefined && want !== undefined && Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want)))
const counts = (x: number[], y: number[]) => {
  const { b, c } = distinctValues(x, y)
  return [b, c] as const
}

describe('distinct values', () => {
  it('are ascending, each once, with the rows of each side', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const { values, b, c } = distinctValues(x, y)
        const rows = (side: number[], i: number) => side.filter((one) => one === values[i]).length
        expect(values.length).toBe(new Set([...x, ...y]).size)
        return values.every(
          (one, i) => (i === 0 || one > values[i - 1]) && b[i] === rows(x, i) && c[i] === rows(y, i),
        )
      }),
    )
  })

  it('are -0 and 0 together, infinite, or none; but never NaN', () => {
    expect(distinctValues([0, Infinity], [-0])).toEqual({ values: [-0, Infinity], b: [1, 1], c: [1, 0] })
    expect(distinctValues([], [])).toEqual({ values: [], b: [], c: [] })
    expect(() => distinctValues([1, NaN], [2])).toThrow(RangeError)
  })
})

describe('Mann–Whitney', () => {
  it('counts the pairs in which the baseline is larger', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const pairs = x.flatMap((one) =>
          y.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)),
        )
        return near(mannWhitney(...counts(x, y))?.u, pairs.reduce((sum, pair) => sum + pair, 0)) // prettier-ignore
      }),
    )
  })

  it('is as sure when the sides are swapped, and of nothing where all is alike', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const { u, pValue } = mannWhitney(...counts(x, y))!
        const swapped = mannWhitney(...counts(y, x))!
        return near(u + swapped.u, x.length * y.length) && near(pValue, swapped.pValue) && pValue <= 1
      }),
    )
    expect(mannWhitney([7], [3])).toEqual({ u: 10.5, pValue: 1 })
    expect(mannWhitney([1, 2], [0, 0])).toBeUndefined()
  })
})

describe('Anderson–Darling', () => {
  it('is as sure when the sides are swapped or all values are stretched', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const test = andersonDarling(...counts(x, y))
        const swapped = andersonDarling(...counts(y, x))
        const stretched = andersonDarling(...counts(x.map((one) => 4 * one), y.map((one) => 4 * one))) // prettier-ignore
        expect(stretched).toEqual(test)
        return near(swapped?.statistic, test?.statistic) && near(swapped?.pValue, test?.pValue)
      }),
    )
  })

  it('keeps p within its table, falling as the statistic rises', () => {
    const shifted = (shift: number) =>
      andersonDarling(...counts([...Array(60).keys()], [...Array(60).keys()].map((i) => i + shift)))! // prettier-ignore
    const tests = Array.from({ length: 40 }, (_, shift) => shifted(shift))
    expect([tests[0].pValue, tests.at(-1)!.pValue]).toEqual([0.25, 0.001])
    for (const [i, { statistic, pValue }] of tests.entries()) {
      if (i > 0) expect(statistic).toBeGreaterThan(tests[i - 1].statistic)
      if (i > 0) expect(pValue).toBeLessThanOrEqual(tests[i - 1].pValue)
    }
  })

  it('has nothing to compare without rows, with hardly any, or of one value', () => {
    expect(andersonDarling([4, 3], [0, 0])).toBeUndefined()
    expect(andersonDarling([1, 1], [1, 0])).toBeUndefined()
    expect(andersonDarling([9, 0], [9, 0])).toBeUndefined()
  })
})

describe('t-test', () => {
  it('changes its sign with the sides, and nothing else; Student and Welch agree on t for sides of one size', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const size = Math.min(x.length, y.length)
        const [student, welch] = [true, false].map((equalVariances) =>
          tTest(x.slice(0, size), y.slice(0, size), { equalVariances }),
        )
        const [there, back] = [tTest(x, y)!, tTest(y, x)!]
        return near(there.t, -back.t) && near(there.pValue, back.pValue) && near(student?.t, welch?.t)
      }),
    )
  })

  it('is certain where nothing varies, and needs two values a side', () => {
    expect(tTest([1, 1, 1], [1, 1])).toEqual({ t: 0, df: 3, pValue: 1 })
    expect(tTest([2, 2, 2], [1, 1])).toEqual({ t: Infinity, df: 3, pValue: 0 })
    expect(tTest([1], [1, 2, 3])).toBeUndefined()
  })

  it('has the tails that have a closed form', () => {
    const t = fc.double({ min: 1e-3, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(t, (x) => {
        // 1 - 2/π atan(x), and 1 - x / sqrt(2 + x²), written so that nothing cancels.
        const cauchy = (2 / Math.PI) * Math.atan2(1, x)
        const root = Math.sqrt(2 + x * x)
        const two = 2 / (root * (root + x))
        return [
          [studentTwoSided(x, 1), cauchy],
          [studentTwoSided(-x, 2), two],
        ].every(([got, want]) => Math.abs(got - want) <= 1e-12 * want)
      }),
    )
    expect(studentTwoSided(2, 1e6) / (2 * normalSf(2))).toBeCloseTo(1, 4)
    expect([studentTwoSided(0, 3), studentTwoSided(Infinity, 3), studentTwoSided(1, 0)]).toEqual([1, 0, NaN])
  })
})

describe('G-test', () => {
  it('is 0 for proportional counts, never negative, Infinity for a new category', () => {
    const rows = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.nat(500)),
        (b, times, stream) => {
          const same = gTest(b, b.map((one) => times * one))! // prettier-ignore
          const other = gTest([0, ...b], [0, ...b.map(() => stream.next().value)])
          return same.statistic < 1e-9 && same.df === b.length - 1 && (!other || other.statistic >= 0)
        },
      ),
    )
    expect(gTest([5, 0], [5, 1])).toEqual({ statistic: Infinity, df: 1, pValue: 0 })
    expect(gTest([5, 0], [0, 0])).toBeUndefined()
  })
})

describe('bin edges', () => {
  it('of equal width reach from the least to the largest value', () => {
    fc.assert(
      fc.property(sample, fc.constantFrom('doane' as const, 'sturges' as const), (values, rule) => {
        const edges = equalWidthEdges(values, rule)!
        const [least, largest] = [Math.min(...values), Math.max(...values)]
        if (least === largest)
          return edges[0] === least - 0.5 && edges[1] === least + 0.5 && edges.length === 2
        return (
          edges[0] === least &&
          edges.at(-1) === largest &&
          edges.every((edge, i) => i === 0 || edge >= edges[i - 1]) &&
          (rule === 'doane' || edges.length - 1 >= Math.log2(values.length) + 1 - 1e-9)
        )
      }),
    )
    expect(equalWidthEdges([1, 2], 'doane')).toEqual([1, 2])
    expect(equalWidthEdges([0, 0, Number.MIN_VALUE], 'sturges')?.at(-1)).toBe(Number.MIN_VALUE)
    expect(equalWidthEdges([0, 0, 3e-200], 'doane')).toHaveLength(equalWidthEdges([0, 0, 3], 'doane')!.length)
    expect(equalWidthEdges([], 'doane')).toBeUndefined()
  })

  it('at quantiles leave about as many distinct values between them', () => {
    const distinct = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 20,
      maxLength: 90,
    })
    fc.assert(
      fc.property(distinct, fc.integer({ min: 1, max: 10 }), (values, bins) => {
        const edges = [-Infinity, ...quantileEdges(values, bins)!, Infinity]
        const inside = edges.slice(1).map((edge, i) => values.filter((x) => x >= edges[i] && x < edge).length)
        const share = values.length / bins
        return inside.length === bins && inside.every((rows) => Math.abs(rows - share) <= 2)
      }),
    )
    expect(quantileEdges([1, 1, 1, 2], 4)).toEqual([1, 1.25])
    expect(quantileEdges([], 4)).toBeUndefined()
  })
})
