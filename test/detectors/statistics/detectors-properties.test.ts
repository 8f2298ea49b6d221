/** What must hold of the statistics whatever the data, and their tails against SciPy and mpmath. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquare } from '../../../detectors/statistics/chi-square.ts'
import { hellinger } from '../../../detectors/statistics/hellinger.ts'
import { jensenShannon } from '../../../detectors/statistics/jensen-shannon.ts'
import { klDivergence } from '../../../detectors/statistics/kl-divergence.ts'
import { kolmogorovLimitSf, kolmogorovSf } from '../../../detectors/statistics/kolmogorov-distribution.ts'
import { ksPValue, ksStatistic } from '../../../detectors/statistics/kolmogorov-smirnov.ts'
import { lInfinity } from '../../../detectors/statistics/l-infinity.ts'
import { pearson } from '../../../detectors/statistics/pearson.ts'
import { psi, psiContributions } from '../../../detectors/statistics/psi.ts'
import { chiSquareIsf, chiSquareSf, normalSf } from '../../../detectors/statistics/tails.ts'
import { totalVariation } from '../../../detectors/statistics/total-variation.ts'
import { twoProportion } from '../../../detectors/statistics/two-proportion.ts'
import { wassersteinBinned, wassersteinExact } from '../../../detectors/statistics/wasserstein.ts'
import { LOWEST_EDGE } from '../../../store/profiles/binning.ts'
import {
  chiSquareQuantiles,
  chiSquareTails,
  kolmogorovLimits,
  kolmogorovTails,
  normalTails,
  twoSampleTests,
} from '../../scipy/constants.ts'

type Counts = number[]

const distances: Record<string, (b: Counts, c: Counts) => number | undefined> = {
  psi: (b, c) => psi(b, c),
  'psi, zeros filled': (b, c) => psi(b, c, { zeroFill: 1e-4 }),
  pearson: (b, c) => pearson(b, c)?.statistic,
  'chi-square': (b, c) => chiSquare(b, c)?.statistic,
  "Cramér's V": (b, c) => chiSquare(b, c)?.cramersV,
  ks: (b, c) => ksStatistic(b, c),
  'jensen-shannon': (b, c) => jensenShannon(b, c),
  hellinger,
  'total variation': totalVariation,
  'l-infinity': lInfinity,
  wasserstein: (b, c) =>
    wassersteinExact(
      b.map((_, i) => i),
      b,
      c,
    ),
}

const bounded = ["Cramér's V", 'ks', 'jensen-shannon', 'hellinger', 'total variation', 'l-infinity']

const count = fc.oneof(fc.nat(5), fc.nat(1000), fc.constant(0), fc.nat(10_000_000))
const occupied = (counts: Counts) => counts.some((rows) => rows > 0)
const pair = fc
  .integer({ min: 1, max: 30 })
  .chain((K) =>
    fc.tuple(...[0, 1].map(() => fc.array(count, { minLength: K, maxLength: K }).filter(occupied))),
  )
  .map((sides): [Counts, Counts] => [sides[0], sides[1]])

describe('distances', () => {
  it.each(Object.entries({ ...distances, kl: klDivergence }))('%s: same counts give 0', (_, distance) => {
    fc.assert(fc.property(pair, ([b]) => distance(b, b) === 0))
  })

  it.each(Object.entries(distances))('%s: baseline and window can be swapped', (_, distance) => {
    fc.assert(fc.property(pair, ([b, c]) => near(distance(b, c), distance(c, b), 1e-12)))
  })

  it.each(Object.entries({ ...distances, kl: klDivergence }))('%s: is not negative', (_, distance) => {
    fc.assert(fc.property(pair, ([b, c]) => distance(b, c)! >= 0))
  })

  it.each(bounded)('%s: is at most 1, and 1 for sides without a common bin', (name) => {
    fc.assert(
      fc.property(pair, ([b, c]) => {
        const apart = distances[name]([...b, ...c.map(() => 0)], [...b.map(() => 0), ...c])!
        const reachesOne = name !== 'l-infinity'
        return distances[name](b, c)! <= 1 && apart <= 1 && (!reachesOne || apart > 1 - 1e-12)
      }),
    )
  })

  const placeless = Object.entries(distances).filter(([name]) => name !== 'wasserstein')
  it.each(placeless)('%s: bins empty on both sides change nothing', (_, distance) => {
    fc.assert(
      fc.property(pair, fc.nat(), ([b, c], at) => {
        const i = at % (b.length + 1)
        return near(distance(b.toSpliced(i, 0, 0), c.toSpliced(i, 0, 0)), distance(b, c), 1e-12)
      }),
    )
  })

  it.each(Object.entries({ ...distances, kl: klDivergence }))(
    '%s: an empty side has no value',
    (_, distance) => {
      expect(distance([1, 2], [0, 0])).toBeUndefined()
      expect(distance([0, 0], [1, 2])).toBeUndefined()
      expect(distance([], [])).toBeUndefined()
      expect(() => distance([1, 2], [1])).toThrow(RangeError)
    },
  )

  it('PSI is the sum of its contributions, none negative', () => {
    fc.assert(
      fc.property(pair, ([b, c]) => {
        const contributions = psiContributions(b, c)!
        const sum = contributions.reduce((total, one) => total + one, 0)
        return contributions.every((one) => one >= 0) && near(sum, psi(b, c), 1e-12)
      }),
    )
  })

  it('KL is Infinity where a bin is lost and zeros are kept, PSI is the sum of both directions', () => {
    expect(klDivergence([5, 5], [5, 0], { zeros: 'keep' })).toBe(Infinity)
    expect(klDivergence([5, 0], [5, 5], { zeros: 'keep' })).toBeCloseTo(Math.LN2, 15)
    fc.assert(
      fc.property(pair, ([b, c]) => {
        const there = klDivergence(b, c)!
        const back = klDivergence(b, c, { direction: 'window_to_baseline' })!
        return near(there + back, psi(b, c), 1e-9)
      }),
    )
  })
})

describe('significance', () => {
  it('is none for same counts', () => {
    fc.assert(
      fc.property(pair, ([b]) => {
        const rows = b.reduce((sum, one) => sum + one, 0)
        const ps = [pearson(b, b)!.pValue, chiSquare(b, b)!.pValue, ksPValue(0, rows, rows, 'asymptotic')]
        return [...ps, ksPValue(0, rows, rows, 'exact'), twoProportion(b[0], rows, b[0], rows)!.pValue].every(
          (p) => p === 1,
        )
      }),
    )
  })

  it('needs two categories', () => {
    expect(chiSquare([0, 9, 0], [0, 4, 0])).toEqual({ statistic: 0, df: 0, pValue: 1, cramersV: 0 })
    expect(pearson([9], [4])).toEqual({ statistic: 0, df: 0, pValue: 1 })
    expect(twoProportion(20, 20, 7, 7)).toEqual({ z: 0, pValue: 1 })
    expect(twoProportion(0, 20, 0, 7, 'less')).toEqual({ z: 0, pValue: 1 })
    expect(twoProportion(0, 0, 3, 7)).toBeUndefined()
  })

  it('of two proportions agrees with chi-square, and one-sided halves add up to 1', () => {
    fc.assert(
      fc.property(pair, ([b, c]) => {
        const [hitsB, hitsC] = [b[0], c[0]]
        const [nB, nC] = [b, c].map((counts) => counts.reduce((sum, one) => sum + one, 0))
        const test = twoProportion(hitsB, nB, hitsC, nC)!
        const table = chiSquare([hitsB, nB - hitsB], [hitsC, nC - hitsC])!
        const less = twoProportion(hitsB, nB, hitsC, nC, 'less')!.pValue
        const greater = twoProportion(hitsB, nB, hitsC, nC, 'greater')!.pValue
        return near(test.z ** 2, table.statistic, 1e-8) && (table.df === 0 || near(less + greater, 1, 1e-12))
      }),
    )
  })

  it('of KS falls as D grows, and a side counts at most once against two', () => {
    const size = fc.integer({ min: 1, max: 300 })
    fc.assert(
      fc.property(size, size, fc.nat(1000), fc.nat(1000), (nB, nC, x, y) => {
        const [low, high] = [Math.min(x, y) / 1000, Math.max(x, y) / 1000]
        return (['exact', 'asymptotic'] as const).every((method) => {
          const p = (d: number) => ksPValue(d, nB, nC, method)
          const inRange = p(low) >= 0 && p(low) <= 1
          return inRange && p(high) <= p(low) * (1 + 1e-9)
        })
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(size, size, fc.nat(1000), (nB, nC, d) => {
        const one = ksPValue(d / 1000, nB, nC, 'exact', 'less')
        const two = ksPValue(d / 1000, nB, nC, 'exact')
        return one <= two * (1 + 1e-12) && two <= 2 * one * (1 + 1e-12)
      }),
      { numRuns: 300 },
    )
  })
})

const value = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ min: -1000, max: 1000, noNaN: true }))
const sample = fc.array(value, { minLength: 1, maxLength: 60 })

describe('values and bins', () => {
  it('KS does not change when values are relabelled in the same order', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const plain = distinct(x, y)
        const squeezed = distinct(x.map(monotone), y.map(monotone))
        return ksStatistic(plain.b, plain.c) === ksStatistic(squeezed.b, squeezed.c)
      }),
    )
  })

  it('one-sided KS swaps with the sides, and the larger one is two-sided KS', () => {
    fc.assert(
      fc.property(pair, ([b, c]) => {
        const greater = ksStatistic(b, c, 'greater')!
        return (
          greater === ksStatistic(c, b, 'less') &&
          Math.max(greater, ksStatistic(b, c, 'less')!) === ksStatistic(b, c)
        )
      }),
    )
  })

  it('binned D is at most D, short by at most the largest baseline share of a bin with several values', () => {
    fc.assert(
      fc.property(sample, sample, fc.uniqueArray(value, { maxLength: 12 }), (x, y, cuts) => {
        const exact = distinct(x, y)
        const edges = edgesFrom(cuts)
        const d = ksStatistic(exact.b, exact.c)!
        const binned = ksStatistic(binCounts(edges, x), binCounts(edges, y))!
        const shares = edges.map((_, i) => {
          const inside = exact.values.map((v) => binOf(edges, v) === i)
          const several = inside.filter(Boolean).length > 1
          return several ? exact.b.reduce((sum, rows, j) => sum + (inside[j] ? rows : 0), 0) / x.length : 0
        })
        return binned <= d + 1e-15 && d - binned <= Math.max(...shares) + 1e-12
      }),
    )
  })

  it('binned Wasserstein is at most the exact one, and short by at most its bound', () => {
    fc.assert(
      fc.property(
        sample,
        sample,
        fc.uniqueArray(value, { minLength: 1, maxLength: 12 }),
        value,
        (x, y, cuts, centre) => {
          const edges = edgesFrom(cuts)
          const { values, b, c } = distinct(x, y)
          const exact = wassersteinExact(values, b, c)!
          const sums = (side: number[]) =>
            edges.map((_, i) => side.reduce((s, v) => s + inBin(edges, v, i, centre), 0))
          const [nB, nC] = [binCounts(edges, x), binCounts(edges, y)]
          const binned = wassersteinBinned({ edges, centre, values: [] }, nB, nC, sums(x), sums(y))!
          return binned.value <= exact + 1e-9 && exact <= binned.value + binned.bound + 1e-9
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('binned Wasserstein is exact where each value has a bin', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const { values, b, c } = distinct(x, y)
        const edges = [LOWEST_EDGE, ...values]
        const sums = (counts: number[]) => counts.map((rows, i) => (rows === 0 ? 0 : rows * edges[i]))
        const [nB, nC] = [
          [0, ...b],
          [0, ...c],
        ]
        const exact = wassersteinExact(values, b, c)!
        return near(
          wassersteinBinned({ edges, centre: 0, values: [] }, nB, nC, sums(nB), sums(nC))!.value,
          exact,
          1e-9,
        )
      }),
    )
  })

  it('Wasserstein of a shift is the shift', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: -50, max: 50 }), (x, shift) => {
        const { values, b, c } = distinct(
          x,
          x.map((v) => v + shift),
        )
        return near(wassersteinExact(values, b, c), Math.abs(shift), 1e-9)
      }),
    )
  })
})

describe('splitting and merging', () => {
  it('counts of parts of the rows add up to the counts of all, so every statistic is the same', () => {
    fc.assert(
      fc.property(sample, sample, fc.nat(60), (x, y, cut) => {
        const { values, b, c } = distinct(x, y)
        const parts = [x.slice(0, cut), x.slice(cut)].map((part) => tally(values, part))
        const merged = values.map((_, i) => parts[0][i] + parts[1][i])
        return Object.values(distances).every((distance) => distance(merged, c) === distance(b, c))
      }),
    )
  })

  it('the order of bins matters to none but KS and Wasserstein', () => {
    const unordered = Object.entries(distances).filter(([name]) => name !== 'ks' && name !== 'wasserstein')
    fc.assert(
      fc.property(pair, ([b, c]) =>
        unordered.every(([, distance]) =>
          near(distance(b.toReversed(), c.toReversed()), distance(b, c), 1e-12),
        ),
      ),
    )
  })
})

describe('tails, against mpmath and SciPy', () => {
  it('chi-square', () => {
    expect(worst(chiSquareTails, ([x, df, p]) => [chiSquareSf(x, df), p])).toBeLessThan(5e-13)
    expect(worst(chiSquareQuantiles, ([p, df, x]) => [chiSquareIsf(p, df), x])).toBeLessThan(1e-13)
    expect([chiSquareSf(3, 0), chiSquareSf(0, 4), chiSquareSf(Infinity, 4)]).toEqual([1, 1, 0])
    expect([chiSquareIsf(0.1, 0), chiSquareIsf(1, 3), chiSquareIsf(0, 3), chiSquareIsf(2, 3)]).toEqual([
      0,
      0,
      Infinity,
      NaN,
    ])
  })

  it('chi-square inverts itself', () => {
    const p = fc.double({ min: -300, max: -1e-6, noNaN: true }).map((exponent) => 10 ** exponent)
    fc.assert(
      fc.property(p, fc.integer({ min: 1, max: 2000 }), (level, df) => {
        return near(chiSquareSf(chiSquareIsf(level, df), df), level, 2e-12)
      }),
      { numRuns: 2000 },
    )
  })

  it('normal', () => {
    expect(worst(normalTails, ([z, p]) => [normalSf(z), p])).toBeLessThan(2e-13)
  })

  it('Kolmogorov, for finite n and in the limit', () => {
    expect(worst(kolmogorovTails, ([d, n, p]) => [kolmogorovSf(d, n), p])).toBeLessThan(1e-10)
    expect(worst(kolmogorovLimits, ([z, p]) => [kolmogorovLimitSf(z), p])).toBeLessThan(1e-14)
    expect([kolmogorovSf(0, 9), kolmogorovSf(1, 9), kolmogorovLimitSf(0)]).toEqual([1, 0, 1])
  })

  it('two-sample KS, exact and asymptotic, with ties', () => {
    for (const { b, c, tests } of twoSampleTests) {
      const [nB, nC] = [b, c].map((counts) => counts.reduce((sum, rows) => sum + rows, 0))
      for (const [alternative, d, exact, asymptotic] of tests) {
        const got = ksStatistic(b, c, alternative)!
        expect(got).toBeCloseTo(d, 14)
        expect(relative(ksPValue(got, nB, nC, 'asymptotic', alternative), asymptotic)).toBeLessThan(1e-10)
        if (exact !== null) {
          expect(relative(ksPValue(got, nB, nC, 'exact', alternative), exact)).toBeLessThan(1e-10)
        }
      }
    }
  })
})

interface Distinct {
  values: number[]
  b: number[]
  c: number[]
}

function distinct(x: number[], y: number[]): Distinct {
  const values = [...new Set([...x, ...y])].sort((p, q) => p - q)
  return { values, b: tally(values, x), c: tally(values, y) }
}

function tally(values: number[], side: number[]): number[] {
  const index = new Map(values.map((one, i) => [one, i]))
  const counts = values.map(() => 0)
  for (const one of side) counts[index.get(one)!] += 1
  return counts
}

function edgesFrom(cuts: number[]): number[] {
  return [LOWEST_EDGE, ...cuts.toSorted((p, q) => p - q)]
}

function binOf(edges: number[], one: number): number {
  return edges.findLastIndex((edge) => edge <= one)
}

function binCounts(edges: number[], side: number[]): number[] {
  return edges.map((_, i) => side.filter((one) => binOf(edges, one) === i).length)
}

function inBin(edges: number[], one: number, i: number, centre: number): number {
  return binOf(edges, one) === i ? one - centre : 0
}

/** Strictly increasing; powers of two are exact, so that no two values merge. */
function monotone(one: number): number {
  return one < 0 ? 2 * one : 8 * one
}

/** Relative to 1, or to the value where that is larger. */
function near(got: number | undefined, want: number | undefined, tolerance: number): boolean {
  return (
    got !== undefined && want !== undefined && Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))
  )
}

function relative(got: number, want: number): number {
  return got === want ? 0 : Math.abs(got - want) / Math.abs(want)
}

function worst<Row>(table: Row[], compare: (row: Row) => [got: number, want: number]): number {
  return Math.max(...table.map((row) => relative(...compare(row))))
}
