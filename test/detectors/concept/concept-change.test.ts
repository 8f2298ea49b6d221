/** The conditional test of concept drift: what it must tell, and how often it may be wrong. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConceptInput } from '../../../detectors/concept/cell.ts'
import { conceptChange } from '../../../detectors/concept/change.ts'
import { explainConcept } from '../../../detectors/concept/explain-concept.ts'
import { conceptWantsLongerWindow, judgeConcept } from '../../../detectors/concept/judge-concept.ts'
import { slotLabel } from '../../../detectors/concept/slot-label.ts'
import { chiSquareSf } from '../../../detectors/statistics/tails.ts'
import { nextDouble } from '../../../store/profiles/binning.ts'
import type { LabelledProfile } from '../../../store/labelled/labelled-profiles.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { seeded } from '../../support/samples/columns.ts'
import { labelled, type LabelledRow, quantileEdges } from '../../support/samples/labelled.ts'

const rule = { alpha: 1e-4, thresholds: { warning: 0.1, critical: 0.25 }, minRows: 200 }

/** A binary column from `[negatives, positives]` a slot on each side; slot 0 is missing. */
function binary(baseline: [number, number][], window: [number, number][], ordered = true): ConceptInput {
  const side = (pairs: [number, number][]): LabelledProfile => ({
    counts: [0, 0, ...pairs.flatMap(([no, yes]) => [yes, no])],
    sums: [],
    squares: [],
  })
  return { ordered, classes: 2, baseline: side(baseline), window: side(window) }
}

describe('by hand', () => {
  const input = binary(
    [
      [800, 200],
      [600, 400],
      [300, 700],
    ],
    [
      [80, 20],
      [40, 60],
      [30, 70],
    ],
  )

  test('of bins that needed no merging the statistic is that of the definition', () => {
    const { bins, statistic, df, pValue, effect, coverage } = conceptChange(input, 1e-4)
    expect(bins.map(({ slots }) => slots)).toEqual([[1], [2], [3]])
    // Only the second bin moved: 0.4 to 0.6, over both sides 460 of 1100.
    const r = 460 / 1100
    const v = (r: number) => r * (1 - r) * (1 / 1000 + 1 / 100)
    expect(statistic).toBeCloseTo(0.2 ** 2 / v(r), 10)
    expect(df).toBe(3)
    expect(pValue).toBeCloseTo(chiSquareSf(statistic, 3), 14)
    const square = (0.2 ** 2 - v(r) - v(0.2) - v(0.7)) / 3
    expect(effect).toBeCloseTo(Math.sqrt(square) / (1300 / 3000), 10)
    expect(coverage).toBe(1)
  })

  test('merged cells compare with the baseline as it would be over the rows of the window', () => {
    // The rate is 0.2 in one half and 0.8 in the other on both sides; only the halves changed places.
    const halves = (low: number, high: number): [number, number][] => [
      [0.8 * low, 0.2 * low],
      [0.2 * high, 0.8 * high],
    ]
    const shifted = binary(halves(5000, 100), halves(20, 500))
    const { bins } = conceptChange(shifted, 1e-4)
    expect(bins).toHaveLength(1)
    expect(bins[0].baseline[0]).toBeCloseTo(bins[0].window[0], 12)
    expect(bins[0].window[0]).toBeCloseTo(404 / 520, 12)
  })

  test('regression: means, with the variance within the sides', () => {
    // In each cell 100 labels on either side, half of them 1 below and half 1 above the mean.
    const side = (means: number[]): LabelledProfile => ({
      counts: [0, ...means.map(() => 100)],
      sums: [0, ...means.map((mean) => 100 * mean)],
      squares: [0, ...means.map((mean) => 50 * ((mean - 1) ** 2 + (mean + 1) ** 2))],
    })
    const { bins, statistic, df, effect } = conceptChange(
      { ordered: true, baseline: side([0, 2, 4]), window: side([0, 2, 5]) },
      1e-4,
    )
    const v = (200 / 198) * (2 / 100)
    expect(bins).toHaveLength(3)
    expect(statistic).toBeCloseTo(1 / v, 9)
    expect(df).toBe(3)
    const deviation = Math.sqrt(1 + 8 / 3)
    expect(effect).toBeCloseTo(Math.sqrt((1 - 3 * v) / 3) / deviation, 9)
  })

  test('multiclass: Pearson in each bin, rare classes pooled, the largest effect of a class', () => {
    const side = (rows: number[][]): LabelledProfile => ({
      counts: [0, 0, 0, 0, ...rows.flat()],
      sums: [],
      squares: [],
    })
    const b = [
      [500, 300, 200, 0],
      [200, 795, 5, 0],
      [400, 300, 300, 0],
    ]
    const c = [
      [50, 30, 20, 0],
      [20, 79, 1, 0],
      [40, 15, 45, 0],
    ]
    const { statistic, df, bins } = conceptChange(
      { ordered: true, classes: 4, baseline: side(b), window: side(c) },
      1e-4,
    )
    const pearson = (b: number[], c: number[]) =>
      b.reduce((sum, _, k) => {
        const p = (b[k] + c[k]) / 1100
        return sum + (c[k] / 100 - b[k] / 1000) ** 2 / (p * (1 / 1000 + 1 / 100))
      }, 0)
    // In the second bin the third class is too rare, and joins the rarer of the other two.
    const joined = ([x, y, z]: number[]) => [x + z, y]
    const expected =
      pearson(b[0].slice(0, 3), c[0].slice(0, 3)) +
      pearson(joined(b[1]), joined(c[1])) +
      pearson(b[2].slice(0, 3), c[2].slice(0, 3))
    expect(statistic).toBeCloseTo(expected, 9)
    expect(df).toBe(2 + 1 + 2)
    expect(bins[1].alone).toEqual([false, true, false, false])
  })

  test('a change of labels is critical, and without labels, rows or bins there is no verdict', () => {
    const strong = binary(
      Array.from({ length: 10 }, () => [800, 200]),
      Array.from({ length: 10 }, () => [140, 60]),
    )
    expect(judgeConcept(strong, rule)).toMatchObject({ verdict: 'critical', reason: 'concept' })
    const empty = binary([[800, 200]], [[0, 0]])
    expect(judgeConcept(empty, rule)).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
    const few = binary([[800, 200], [800, 200]], [[80, 20], [40, 20]]) // prettier-ignore
    expect(judgeConcept(few, rule)).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_rows' })
    const one = binary([[8000, 2000]], [[800, 200]])
    expect(judgeConcept(one, rule)).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_bins' })
    const noisy = binary(
      Array.from({ length: 10 }, () => [950, 50]),
      Array.from({ length: 10 }, () => [95, 5]),
    )
    expect(judgeConcept(noisy, rule)).toMatchObject({ verdict: 'insufficient_data', reason: 'noise_floor' })
  })

  test('a column of two values needs no third bin', () => {
    const two = binary(
      [[8000, 2000], [5000, 5000]],
      [[800, 200], [300, 700]],
      false,
    ) // prettier-ignore
    expect(judgeConcept(two, rule)).toMatchObject({ verdict: 'critical', reason: 'concept' })
  })

  test.each([NaN, null as unknown as number])('of labels that add up to %s there is none', (huge) => {
    const side = { counts: [0, 300, 300, 300], sums: [0, 30, 60, 90], squares: [0, 300, 300, 300] }
    for (const broken of [
      { ...side, squares: [0, 300, huge, 300] },
      { ...side, sums: [0, 30, huge, 90] },
    ])
      for (const [baseline, window] of [
        [broken, side],
        [side, broken],
      ]) {
        const input = { ordered: true, baseline, window }
        const judged = judgeConcept(input, rule)
        expect(judged).toMatchObject({ verdict: 'insufficient_data', reason: 'too_large' })
        expect(conceptWantsLongerWindow(judged, input, rule)).toBe(false)
      }
  })

  test('labels that never differ, in either kind, are no change and no division by zero', () => {
    const same = binary(Array(5).fill([1000, 0]), Array(5).fill([100, 0])) // prettier-ignore
    expect(judgeConcept(same, rule)).toMatchObject({ verdict: 'insufficient_data', reason: 'too_few_bins' })
    const constant = (x: number): LabelledProfile => ({
      counts: [0, 100, 100, 100],
      sums: [0, 100 * x, 100 * x, 100 * x],
      squares: [0, 100 * x * x, 100 * x * x, 100 * x * x],
    })
    const numbers = (b: number, c: number) => ({ ordered: true, baseline: constant(b), window: constant(c) })
    expect(judgeConcept(numbers(0, 0), rule)).toMatchObject({ verdict: 'ok', reason: 'stable' })
    expect(judgeConcept(numbers(1e-17, 1e-17), rule)).toMatchObject({ verdict: 'ok' })
    expect(judgeConcept(numbers(0, 1), rule)).toMatchObject({ verdict: 'critical' })
  })
})

describe('in words', () => {
  const scale = { kind: 'classes', classes: ['late'], positive: 'late' } as const
  const numbers = { kind: 'numeric', edges: [-Number.MAX_VALUE, 0, 0.5, 1], groups: { by: 'edge', edges: [] }, centre: 0 } as const // prettier-ignore
  const names = {
    kind: 'categorical',
    categories: ['ATL', 'missing', 'ORD'],
    truncated: false,
    singletons: 0,
  } as const

  test('a change names its place and the class that is told apart, whichever way it went', () => {
    for (const [yes, no] of [
      [1400, 600],
      [300, 1700],
    ]) {
      const input = binary([[8000, 2000], [8000, 2000], [8000, 2000]], [[1600, 400], [no, yes], [1600, 400]]) // prettier-ignore
      const judgement = judgeConcept(input, rule)
      const text = explainConcept(judgement, { column: 'score', binning: numbers, scale }, rule)
      expect(text).toBe(
        `At the same values, labels differ by an effect of ${Number(judgement.change!.effect.toFixed(3))} (${judgement.verdict} threshold ` +
          `${judgement.verdict === 'critical' ? 0.25 : 0.1}), mostly at [0, 0.5), where "late" went from 20% to ${yes / 20}% of rows.`,
      )
    }
  })

  test('a mean label is told in its own units', () => {
    const side = (mean: number): LabelledProfile => ({
      counts: [0, 500, 500, 500, 500],
      sums: [0, 0, 0, 0, 500 * mean],
      squares: [0, 500, 500, 500, 500 * (1 + mean ** 2)],
    })
    const judgement = judgeConcept({ ordered: true, baseline: side(0), window: side(2) }, rule)
    const context = { column: 'prediction', binning: numbers, scale: { kind: 'number', centre: 10 } } as const
    expect(explainConcept(judgement, context, rule)).toMatch(
      /mostly at ≥ 1, where the mean label went from 10 to 12\.$/,
    )
  })

  test('places', () => {
    expect(slotLabel(numbers, [1])).toBe('< 0')
    expect(slotLabel(numbers, [2, 3])).toBe('[0, 1)')
    expect(slotLabel(numbers, [1, 2, 3, 4])).toBe('any value')
    expect(slotLabel(numbers, [0])).toBe('missing')
    const edges = [-Number.MAX_VALUE, 17, nextDouble(17), 18, nextDouble(18)]
    const values = { ...numbers, edges }
    expect(slotLabel(values, [2])).toBe('17')
    expect(slotLabel(values, [2, 4])).toBe('[17, 18]')
    expect(slotLabel(values, [1, 2])).toBe('≤ 17')
    expect(slotLabel(values, [4, 5])).toBe('≥ 18')
    expect(slotLabel(names, [0])).toBe('missing')
    expect(slotLabel(names, [2])).toBe('"missing"')
    expect(slotLabel(names, [1, 3])).toBe('ATL and ORD')
    expect(slotLabel(names, [1, 2, 3, 4])).toBe('ATL, "missing" and 2 more')
    expect(slotLabel(names, [4])).toBe('other')
  })
})

describe('invariants', () => {
  const count = fc.nat(300)
  const profile = fc
    .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 30 }), fc.boolean())
    .chain(([classes, slots, ordered]) =>
      fc.tuple(
        fc.constant({ classes, ordered }),
        fc.array(count, { minLength: classes * slots, maxLength: classes * slots }),
        fc.array(count, { minLength: classes * slots, maxLength: classes * slots }),
      ),
    )
    .map(([shape, b, c]): ConceptInput => ({
      ...shape,
      baseline: { counts: b, sums: [], squares: [] },
      window: { counts: c, sums: [], squares: [] },
    }))

  test('the same rows on both sides are no change', () => {
    fc.assert(
      fc.property(profile, (input) => {
        const { statistic, effect } = conceptChange({ ...input, window: input.baseline }, 1e-4)
        return statistic < 1e-9 && effect === 0
      }),
    )
  })

  test('bins share no slot, cover what they say, and every number is one', () => {
    fc.assert(
      fc.property(profile, (input) => {
        const { bins, coverage, statistic, df, pValue, effect } = conceptChange(input, 1e-4)
        const slots = bins.flatMap((bin) => bin.slots)
        const all = input.window.counts.reduce((sum, n) => sum + n, 0)
        const covered = bins.reduce((sum, { rows }) => sum + rows.window, 0)
        expect(new Set(slots).size).toBe(slots.length)
        expect(coverage).toBeCloseTo(all === 0 ? 0 : covered / all, 12)
        expect(coverage).toBeLessThanOrEqual(1)
        expect([statistic, df, pValue, effect].every(Number.isFinite)).toBe(true)
        expect(df >= bins.length).toBe(true)
      }),
    )
  })

  test('bins are chosen without a look at which side a label is from', () => {
    fc.assert(
      fc.property(profile, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (input, stream) => {
        // Moves labels between the sides of a slot, keeping rows of each side and labels of both together.
        const { classes = 1 } = input
        const [b, c] = [[...input.baseline.counts], [...input.window.counts]]
        for (let i = 0; i < b.length; i += classes) {
          const most = Math.min(b[i], c[i + 1])
          const moved = Math.floor(most * (stream.next().value as number))
          b[i] -= moved
          b[i + 1] += moved
          c[i] += moved
          c[i + 1] -= moved
        }
        const side = (counts: number[]) => ({ counts, sums: [], squares: [] })
        const slotsOf = (one: ConceptInput) => conceptChange(one, 1e-4).bins.map(({ slots }) => slots)
        expect(slotsOf({ ...input, baseline: side(b), window: side(c) })).toEqual(slotsOf(input))
      }),
    )
  })

  const row = fc.record({ x: fc.double({ min: -3, max: 3, noNaN: true }), y: fc.nat(1), hour: fc.nat(23) })
  test('the order of rows does not matter, nor that they come by hours', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 50, maxLength: 400 }), (rows) => {
        const edges = quantileEdges(
          rows.map(({ x }) => x),
          10,
        )
        const whole = labelled(rows, edges, 2)
        const hours = Array.from({ length: 24 }, (_, h) =>
          labelled(
            rows.filter(({ hour }) => hour === h),
            edges,
            2,
          ),
        )
        const added = whole.counts.map((_, i) => hours.reduce((sum, { counts }) => sum + counts[i], 0))
        expect(added).toEqual(whole.counts)
        expect(labelled(rows.toReversed(), edges, 2)).toEqual(whole)
      }),
    )
  })
})

/** A standard normal number. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

interface Scenario {
  name: string
  baseline: number
  window: number
  /** Mean of X in the window; 0 in the baseline. */
  shift?: number
  /** P(Y given X), as a class from 0, or a number. */
  label: (x: number, random: () => number) => number
  classes?: number
}

const bernoulli = (rate: (x: number) => number) => (x: number, random: () => number) =>
  random() < rate(x) ? 0 : 1

const SCENARIOS: Scenario[] = [
  { name: 'a rate of a fifth', baseline: 5000, window: 500, classes: 2, label: bernoulli((x) => logistic(x - 1.6)) },
  { name: 'a small baseline', baseline: 400, window: 400, classes: 2, label: bernoulli((x) => logistic(x - 1)) },
  { name: 'a rate of a fiftieth', baseline: 10000, window: 2000, classes: 2, label: bernoulli((x) => logistic(x - 4.3)) },
  { name: 'a shift of X by half a deviation', baseline: 5000, window: 1000, shift: 0.5, classes: 2, label: bernoulli((x) => logistic(x - 1)) },
  { name: 'a shift of X by a deviation and a half, small', baseline: 1000, window: 500, shift: 1.5, classes: 2, label: bernoulli((x) => logistic(2 * x)) },
  { name: 'four classes, one of them rare', baseline: 5000, window: 800, classes: 4, label: (x, random) => { const u = random(); return u < 0.03 ? 2 : u < 0.03 + 0.6 * logistic(x) ? 0 : u < 0.95 ? 1 : 3 } },
  { name: 'numbers', baseline: 5000, window: 600, label: (x, random) => x + normal(random) },
  { name: 'numbers, skewed and spread unevenly, X shifted', baseline: 5000, window: 600, shift: 0.7, label: (x, random) => x - Math.log(1 - random()) * (1 + Math.abs(x)) },
] // prettier-ignore

function draw(scenario: Scenario, n: number, shift: number, random: () => number): LabelledRow[] {
  return Array.from({ length: n }, () => {
    const x = normal(random) + shift
    return { x, y: scenario.label(x, random) }
  })
}

function pValues(scenario: Scenario, runs: number, seed: number): number[] {
  const random = seeded(seed)
  return Array.from({ length: runs }, () => {
    const b = draw(scenario, scenario.baseline, 0, random)
    const c = draw(scenario, scenario.window, scenario.shift ?? 0, random)
    const edges = quantileEdges(
      b.map(({ x }) => x),
      250,
    )
    const [baseline, window] = [b, c].map((rows) => labelled(rows, edges, scenario.classes))
    return conceptChange({ ordered: true, classes: scenario.classes, baseline, window }, 1e-4).pValue
  })
}

describe('with nothing changed but X', () => {
  const RUNS = byDay(120, 300)
  /** The bound: at most 1.25 t + 0.002 of the p-values lie below t, and three standard errors of so many runs. */
  test.each(SCENARIOS)('$name: p-values are not smaller than uniform beyond the bound', (scenario) => {
    const found = pValues(scenario, RUNS, 20260105)
    for (const t of [0.001, 0.01, 0.05, 0.1, 0.25, 0.5]) {
      const share = found.filter((p) => p < t).length / RUNS
      const bound = 1.25 * t + 0.002 + 3 * Math.sqrt((t * (1 - t)) / RUNS)
      expect(share, `p < ${t}`).toBeLessThanOrEqual(bound)
    }
  })
})

describe('with one discrete feature', () => {
  const RATES = [0.1, 0.2, 0.3, 0.5, 0.7]
  const sample = (shares: number[], rates: number[], n: number, seed: number): LabelledProfile => {
    const random = seeded(seed)
    const counts = new Array<number>((shares.length + 1) * 2).fill(0)
    for (let i = 0; i < n; i++) {
      let u = random()
      const category = shares.findIndex((share) => (u -= share) < 0)
      counts[(category + 1) * 2 + (random() < rates[category] ? 0 : 1)]++
    }
    return { counts, sums: [], squares: [] }
  }
  const EVEN = [0.2, 0.2, 0.2, 0.2, 0.2]
  const verdicts = (shares: number[], rates: number[]) =>
    Array.from({ length: 100 }, (_, run) => {
      const baseline = sample(EVEN, RATES, 20_000, 2 * run)
      const window = sample(shares, rates, 4000, 2 * run + 1)
      return judgeConcept({ ordered: false, classes: 2, baseline, window }, rule).verdict
    })

  test('a pure shift of P(X) is not concept drift, however large', () => {
    const shifted = verdicts([0.02, 0.03, 0.05, 0.3, 0.6], RATES)
    expect(shifted.filter((verdict) => verdict !== 'ok')).toEqual([])
  })

  test('a pure change of P(Y given X) is', () => {
    const changed = verdicts(EVEN, [0.1, 0.2, 0.45, 0.5, 0.5])
    expect(changed.filter((verdict) => verdict !== 'critical')).toEqual([])
  })

  test('half power at the size that the definition names', () => {
    // A relative change of 20% in half the bins, at n_eff r / (1 - r) = 900 and a rate of a fifth.
    const rate = 0.2
    const n = (900 * (1 - rate)) / rate
    const even = (low: number) => RATES.map(() => low)
    const found = Array.from({ length: 100 }, (_, run) => {
      const shares = Array.from({ length: 10 }, () => 0.1)
      const rates = [...even(rate), ...even(rate * 1.2)]
      const baseline = sample(shares, [...even(rate), ...even(rate)], 20 * n, 3 * run)
      const window = sample(shares, rates, n / 0.95, 3 * run + 1)
      return conceptChange({ ordered: true, classes: 2, baseline, window }, 1e-4).pValue < 1e-4
    }).filter(Boolean).length
    expect(found / 100).toBeGreaterThan(0.2)
    expect(found / 100).toBeLessThan(0.8)
  })
})
