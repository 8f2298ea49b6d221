import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnInput } from '../../../detectors/verdict/column-input.ts'
import { decide, level } from '../../../detectors/verdict/decide.ts'
import { evaluateColumn, type EvaluationRule } from '../../../detectors/verdict/evaluate.ts'
import { formatGroupLabel, groupCounts } from '../../../detectors/verdict/groups.ts'
import {
  DEFAULT_RULE,
  judgeColumn,
  wantsLongerWindow,
  type Reason,
} from '../../../detectors/verdict/judge.ts'
import type { Verdict } from '../../../domain/verdict.ts'
import { poolRare } from '../../../detectors/verdict/pool.ts'
import { categorical, exactNumeric, numeric, seeded, type Value } from '../../support/samples/columns.ts'

const DAY = 86_400_000
const RULE: EvaluationRule = { ...DEFAULT_RULE, alpha: level(DAY, 1, 50), ksMethod: 'auto' }

const repeat = <T>(value: T, n: number): T[] => new Array<T>(n).fill(value)
const NULLS = (n: number) => repeat(null, n)
const ramp = (n: number, scale = 1) => Array.from({ length: n }, (_, i) => ((i * 7919) % n) * scale)
const evaluate = (input: ColumnInput, rule: Partial<EvaluationRule> = {}) =>
  evaluateColumn(input, { ...RULE, ...rule })

describe('the verdict table', () => {
  const even = { a: [500, 500], b: [500, 500] } as const
  const cases: [name: string, input: ColumnInput, verdict: Verdict, reason: Reason][] = [
    ['both sides empty', numeric([], []), 'insufficient_data', 'empty'],
    ['no baseline', numeric([], ramp(500)), 'insufficient_data', 'empty'],
    ['no window', categorical({ a: [500, 0] }), 'insufficient_data', 'empty'],
    ['one row a side', numeric([1], [2]), 'insufficient_data', 'too_few_rows'],
    ['one missing row in the window', numeric([1, null], [null]), 'insufficient_data', 'too_few_rows'],
    ['199 rows in the window', numeric(ramp(1000), ramp(199)), 'insufficient_data', 'too_few_rows'],
    ['199 rows in the baseline', numeric(ramp(199), ramp(1000)), 'insufficient_data', 'too_few_rows'],
    ['identical sides', numeric(ramp(1000), ramp(1000)), 'ok', 'stable'],
    ['all missing in the window', numeric(ramp(1000), NULLS(500)), 'critical', 'all_missing'],
    ['all of a short window missing', numeric(ramp(1000), NULLS(40)), 'critical', 'all_missing'],
    [
      'all missing, categorical',
      categorical({ a: [400, 0] }, { missing: [100, 300] }),
      'critical',
      'all_missing',
    ],
    ['all missing where nearly all were', numeric([...NULLS(9990), ...ramp(10)], NULLS(250)), 'ok', 'stable'],
    ['all missing on both sides', numeric(NULLS(1000), NULLS(500)), 'ok', 'all_missing_in_baseline'],
    ['all missing on both sides, few rows', numeric(NULLS(3), NULLS(2)), 'ok', 'all_missing_in_baseline'],
    ['all missing in the baseline only', numeric(NULLS(1000), ramp(500)), 'critical', 'missing'],
    ['the same, categorical', categorical({}, { missing: [1000, 0], rest: [0, 500] }), 'critical', 'missing'],
    ['constant, the same value', numeric(repeat(7, 1000), repeat(7, 500)), 'ok', 'constant'],
    ['constant, one category', categorical({ on: [1000, 500] }), 'ok', 'constant'],
    ['constant, another value', numeric(repeat(7, 1000), repeat(8, 500)), 'critical', 'psi'],
    ['constant, now varying', numeric(repeat(7, 1000), ramp(500)), 'critical', 'psi'],
    ['varying, now constant', numeric(ramp(1000), repeat(7, 500)), 'critical', 'psi'],
    ['another category', categorical({ on: [1000, 0] }, { rest: [0, 500] }), 'critical', 'unseen'],
    [
      'missing by less than 0.05',
      numeric([...ramp(5000), ...NULLS(500)], [...ramp(5000), ...NULLS(800)]),
      'ok',
      'stable',
    ],
    ['missing by 0.07', categorical(even, { missing: [300, 450] }), 'warning', 'missing'],
    ['missing by 0.3', numeric(ramp(1000), [...ramp(700), ...NULLS(300)]), 'critical', 'missing'],
    ['missing gone', numeric([...ramp(700), ...NULLS(300)], ramp(1000)), 'critical', 'missing'],
    ['unseen by 0.01', categorical({ a: [5000, 4950] }, { rest: [0, 50] }), 'ok', 'stable'],
    ['unseen by 0.05 over an expected 0.1', lumpy([1000, 1500]), 'warning', 'unseen'],
    ['unseen by 0.3 over an expected 0.1', lumpy([1000, 4000]), 'critical', 'unseen'],
    ['unseen as expected', lumpy([1000, 1000]), 'ok', 'stable'],
    [
      'categories cut: nothing is unseen',
      categorical(even, { truncated: true, rest: [200, 210] }),
      'ok',
      'stable',
    ],
    ['shares moved, effect 0.15', categorical({ a: [5000, 6900], b: [5000, 3100] }), 'warning', 'psi'],
    ['shares moved, effect 0.5', categorical({ a: [5000, 8150], b: [5000, 1850] }), 'critical', 'psi'],
    ['significant but tiny', categorical({ a: [500_000, 510_000], b: [500_000, 490_000] }), 'ok', 'stable'],
    ['a floor that hides everything', numeric(ramp(220), ramp(220, 0.9)), 'insufficient_data', 'noise_floor'],
    [
      'missing tells even under that floor',
      numeric(ramp(220), [...ramp(140), ...NULLS(80)]),
      'critical',
      'missing',
    ],
  ]

  it.each(cases)('%s', (_, input, verdict, reason) => {
    const evaluation = evaluate(input)
    expect([evaluation.verdict, evaluation.reason]).toEqual([verdict, reason])
    expect(evaluation.explanation).toMatch(/^[A-Z0-9].*\.$/)
    expect(evaluation.explanation).not.toMatch(/NaN|undefined|Infinity/)
  })

  /** 9,000 baseline rows in three large categories and 1,000 in categories of one row; 10,000 window rows. */
  function lumpy([single, unseen]: [number, number]): ColumnInput {
    const singles = Object.fromEntries(Array.from({ length: single }, (_, i) => [`s${i}`, [1, 0] as const]))
    const large = Math.round((10_000 - unseen) / 3)
    return categorical(
      { a: [3000, large], b: [3000, large], c: [3000, large], ...singles },
      { rest: [0, unseen] },
    )
  }
})

describe('the verdict', () => {
  it('counts all rows of the column, missing ones among them', () => {
    const { baseline, window } = evaluate(numeric([1, 2, null], [NaN, Infinity, 3, 4]))
    expect(baseline).toEqual({ n: 3, missing: 1 })
    expect(window).toEqual({ n: 4, missing: 2 })
  })

  it('shows effect and noise floor where there are too few rows for a verdict', () => {
    const { effect, noiseFloor } = evaluate(categorical({ a: [50, 20], b: [50, 80] }))
    expect(effect).toBeGreaterThan(0.25)
    expect(noiseFloor).toBeGreaterThan(0)
  })

  it('names the cause where PSI is graver than the test of that cause', () => {
    const { verdict, reason, effect } = evaluate(numeric(ramp(10_000), [...ramp(9_200), ...NULLS(800)]))
    expect({ verdict, reason }).toEqual({ verdict: 'critical', reason: 'missing' })
    expect(effect).toBeGreaterThan(0.25)
  })

  it('does not blame missing for what the values did', () => {
    const values = ramp(1000).map((x) => x / 2)
    const { verdict, reason, explanation } = evaluate(
      numeric([...ramp(1000), ...NULLS(200)], [...values, ...NULLS(340)]),
    )
    expect({ verdict, reason }).toEqual({ verdict: 'critical', reason: 'psi' })
    expect(explanation).toMatch(/mostly at (< |≥ |\[)/)
  })

  it('says where PSI moved', () => {
    const { explanation } = evaluate(categorical({ LAX: [500, 2000], JFK: [9500, 8000] }))
    expect(explanation).toBe(
      'The distribution shifted: effect 0.233 (warning threshold 0.1), mostly at LAX, from 5% to 20% of rows.',
    )
  })

  it('asks for a longer window only where it would help', () => {
    const wants = (input: ColumnInput) => wantsLongerWindow(evaluate(input), input, RULE)
    expect(wants(numeric(ramp(1000), ramp(100)))).toBe(true)
    expect(wants(numeric(ramp(1000), []))).toBe(true)
    expect(wants(numeric(ramp(220), ramp(220)))).toBe(true)
    expect(wants(numeric(ramp(100), ramp(100)))).toBe(false)
    expect(wants(numeric([], ramp(100)))).toBe(false)
    expect(wants(numeric(ramp(1000), NULLS(100)))).toBe(false)
    expect(wants(numeric(ramp(1000), ramp(1000)))).toBe(false)
  })
})

describe('statistics', () => {
  it('are those of the kind', () => {
    const common = ['hellinger', 'jensen_shannon', 'kl_divergence', 'l_infinity', 'psi', 'total_variation']
    const names = (input: ColumnInput) => Object.keys(evaluate(input).statistics).sort()
    expect(names(numeric(ramp(300), ramp(300)))).toEqual([...common, 'ks', 'wasserstein'].sort())
    expect(names(categorical({ a: [3, 4] }))).toEqual([...common, 'chi_square', 'cramers_v'].sort())
  })

  it('are computed whatever the verdict', () => {
    const { verdict, statistics } = evaluate(numeric([1, 2, 3, 4], [3, 4, 5, 6]))
    expect(verdict).toBe('insufficient_data')
    expect(statistics.ks).toMatchObject({ value: 0.5, bound: 0 })
    // X² = 1 + 1 + 0 + 0 + 2 on 4 degrees of freedom.
    expect(statistics.psi!.pValue).toBeCloseTo(3 * Math.exp(-2), 12)
  })

  it('are absent where there is nothing to compare', () => {
    expect(evaluate(numeric([1, 2], [])).statistics).toEqual({})
    const { ks, wasserstein, psi } = evaluate(numeric(ramp(300), NULLS(300))).statistics
    expect([ks, wasserstein]).toEqual([undefined, undefined])
    expect(psi!.value).toBeGreaterThan(1)
    expect(
      evaluate(categorical({ a: [300, 0] }, { missing: [0, 300] })).statistics.chi_square,
    ).toBeUndefined()
  })

  it('leave chi-square without missing, and with each unseen category that is listed', () => {
    const base = { a: [60, 40], b: [40, 60] } as const
    const plain = evaluate(categorical(base)).statistics
    expect(evaluate(categorical(base, { missing: [10, 90] })).statistics.chi_square).toEqual(plain.chi_square)
    expect(plain.chi_square!.value).toBeCloseTo(8, 12)
    expect(plain.cramers_v!.value).toBeCloseTo(0.2, 12)
    const listed = evaluate(categorical({ ...base, x: [0, 10], y: [0, 20] })).statistics.chi_square!
    const lumped = evaluate(categorical(base, { rest: [0, 30] })).statistics.chi_square!
    expect(listed.value).toBeCloseTo(lumped.value, 10)
    expect(listed.pValue).toBeGreaterThan(lumped.pValue!)
  })

  it('scale Wasserstein by the population deviation of the baseline', () => {
    // Values 0..9 have the deviation sqrt(8.25); a shift by 1 has the distance 1.
    const [b, c] = [repeat(0, 10).map((_, i) => i), repeat(0, 10).map((_, i) => i + 1)]
    for (const input of [numeric(b, c), exactNumeric(b, c)]) {
      expect(evaluate(input).statistics.wasserstein!.value).toBeCloseTo(1 / Math.sqrt(8.25), 12)
      expect(evaluate(input).statistics.wasserstein!.bound).toBeCloseTo(0, 12)
    }
  })

  it('have no Wasserstein distance in units of no deviation', () => {
    expect(evaluate(numeric(repeat(0.1, 300), ramp(300))).statistics.wasserstein).toBeUndefined()
    expect(evaluate(exactNumeric(repeat(0.1, 300), ramp(300))).statistics.wasserstein).toBeUndefined()
  })

  it('keep their digits far from zero', () => {
    const input = numeric(
      ramp(1000).map((x) => 1e9 + x / 1000),
      ramp(1000).map((x) => 1e9 + 0.5 + x / 1000),
    )
    expect(evaluate(input).statistics.wasserstein!.value).toBeCloseTo(0.5 / 0.288675, 4)
  })

  it('bracket the exact values by the binned ones and their bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.2, max: 3, noNaN: true }), (seed, stretch) => {
        const random = seeded(seed)
        const b = Array.from({ length: 600 }, () => random() ** 2)
        const c = Array.from({ length: 400 }, () => 0.3 + (random() - 0.3) * stretch)
        const [binned, exact] = [evaluate(numeric(b, c)).statistics, evaluate(exactNumeric(b, c)).statistics]
        for (const name of ['ks', 'wasserstein'] as const) {
          const { value, bound } = binned[name]!
          expect(exact[name]!.bound).toBe(0)
          expect(exact[name]!.value).toBeGreaterThanOrEqual(value - 1e-9)
          expect(exact[name]!.value).toBeLessThanOrEqual(value + bound! + 1e-9)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('survive the ends of the number range', () => {
    const max = Number.MAX_VALUE
    const wide = [...repeat(-max, 300), ...repeat(max, 300)]
    const exact = evaluate(exactNumeric(wide, repeat(max, 300))).statistics
    expect(exact.wasserstein!.value).toBeCloseTo(1, 12)
    expect(exact.ks!.value).toBe(0.5)
    const tiny = evaluate(
      exactNumeric([...repeat(0, 300), ...repeat(1e-200, 300)], repeat(1e-200, 300)),
    ).statistics
    expect(tiny.wasserstein!.value).toBeCloseTo(1, 12)
    const binned = evaluate(numeric(ramp(300, 5e305), ramp(300, 4e305)))
    expect(binned.statistics.ks!.value).toBeGreaterThan(0)
    expect(JSON.stringify(binned)).not.toContain('null')
  })
})

describe('PSI groups', () => {
  it('are values, other and missing', () => {
    const { labels, baseline, window } = groupCounts(numeric([7, 7, 9, null], [7, 8, 9.5, 1]))
    expect(labels.map(formatGroupLabel)).toEqual(['7', '9', 'other', 'missing'])
    expect([baseline, window]).toEqual([
      [2, 1, 0, 1],
      [1, 0, 3, 0],
    ])
  })

  it('are ranges with open ends', () => {
    const { labels, baseline, window } = groupCounts(numeric(ramp(101), [-5, 0, 10, 9.5, 89.5, 90, 1e9]))
    expect(labels.map(formatGroupLabel)).toEqual([
      '< 10',
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `[${i}0, ${i + 1}0)`),
      '≥ 90',
      'missing',
    ])
    expect(baseline).toEqual([...repeat(10, 9), 11, 0])
    expect(window).toEqual([3, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0])
  })

  it('are the same over exact cells', () => {
    const [b, c] = [ramp(300, 0.37), ramp(500, 0.29)]
    expect(groupCounts(exactNumeric(b, c))).toEqual(groupCounts(numeric(b, c)))
  })

  it('are categories, other or unseen, and missing', () => {
    const rows = { a: [5, 1], new: [0, 2] } as const
    const counts = (input: ColumnInput) => {
      const { labels, baseline, window } = groupCounts(input)
      return labels.map((label, i) => [formatGroupLabel(label), baseline[i], window[i]])
    }
    expect(counts(categorical(rows, { missing: [1, 2], rest: [0, 4] }))).toEqual([
      ['a', 5, 1],
      ['other', 0, 0],
      ['unseen', 0, 6],
      ['missing', 1, 2],
    ])
    expect(counts(categorical(rows, { truncated: true, rest: [3, 4] }))).toEqual([
      ['a', 5, 1],
      ['other', 3, 4],
      ['unseen', 0, 2],
      ['missing', 0, 0],
    ])
  })

  it('are not confused by names', () => {
    const names = ['missing', 'other', 'unseen', '', ' ', '🦄', '"', '__proto__']
    const rows = Object.fromEntries(names.map((name) => [name, [10, 10] as const]))
    const { labels } = groupCounts(categorical(rows))
    const texts = labels.map(formatGroupLabel)
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts).toContain('🦄')
    expect(texts).toContain('"missing"')
    expect(formatGroupLabel({ kind: 'value', value: 0.1 + 0.2 })).toBe('0.3')
    expect(formatGroupLabel({ kind: 'range' })).toBe('any value')
  })
})

describe('pooling', () => {
  it('keeps by the count of both sides and never pools missing', () => {
    const pooled = poolRare(
      groupCounts(
        categorical(
          { big: [970, 960], baseline_only: [9, 0], window_only: [2, 9], rare: [3, 2], unseen: [0, 15] },
          { missing: [1, 0], rest: [0, 1] },
        ),
      ),
    )
    const names = pooled.labels.map(formatGroupLabel)
    expect([...names].sort()).toEqual(['big', 'missing', 'other', 'window_only'])
    const of = (name: string) => {
      const i = names.indexOf(name)
      return [pooled.baseline[i], pooled.window[i]]
    }
    expect(of('big')).toEqual([970, 960])
    expect(of('missing')).toEqual([1, 0])
    expect(of('window_only')).toEqual([2, 9])
    expect(of('other')).toEqual([9 + 3, 2 + 15 + 1])
  })
})

describe('the level', () => {
  it('shares the budget among the tests of the run', () => {
    expect(level(DAY, 1, 50)).toBeCloseTo(1 / 90 / 400, 15)
    expect(level(30 * DAY, 2, 1)).toBeCloseTo(1 / 12, 15)
    expect(level(DAY, 1, 0)).toBe(level(DAY, 1, 1))
    expect(level(9000 * DAY, 100, 1)).toBe(1)
  })
})

describe('the rule', () => {
  it('takes the noise off PSI and needs significance', () => {
    const chance = decide([20, 20], [27, 13], 1e-5, RULE.thresholds)!
    expect(chance.grade).toBe('ok')
    const plain = decide([20_000, 20_000], [27_000, 13_000], 1e-5, RULE.thresholds)!
    expect(chance.effect).toBeLessThan(plain.effect)
    expect(plain.grade).toBe('warning')
    expect(decide([0, 0], [1, 1], 1e-5, RULE.thresholds)).toBeUndefined()
    expect(decide([5, 0], [3, 0], 1e-5, RULE.thresholds)).toMatchObject({
      effect: 0,
      noiseFloor: 0,
      df: 0,
      grade: 'ok',
    })
  })
})

describe('properties', () => {
  const counts = fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { maxLength: 40 })
  const anyCategorical = fc
    .record({
      counts,
      missing: fc.tuple(fc.nat(3000), fc.nat(3000)),
      rest: fc.tuple(fc.nat(50), fc.nat(500)),
      truncated: fc.boolean(),
    })
    .map(({ counts, ...rest }) =>
      categorical(Object.fromEntries(counts.map((pair, i) => [`c${i}`, pair])), rest),
    )
  const value = fc.oneof(fc.constant(null), fc.double(), fc.integer({ min: 0, max: 5 }))
  const values = fc.array(value, { maxLength: 300 }) as fc.Arbitrary<Value<number>[]>
  const anyNumeric = fc.oneof(
    fc.tuple(values, values).map(([b, c]) => numeric(b, c)),
    fc.tuple(values, values).map(([b, c]) => exactNumeric(b, c)),
  )
  const anyInput: fc.Arbitrary<ColumnInput> = fc.oneof(anyCategorical, anyNumeric)

  it('never throws, and never says NaN', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const evaluation = evaluate(input, { minRows: 1 })
        for (const [name, { value, pValue = 0 }] of Object.entries(evaluation.statistics)) {
          expect(value, name).toBeGreaterThanOrEqual(0)
          expect(value, name).toBeLessThan(Infinity)
          expect(pValue, name).toBeGreaterThanOrEqual(0)
          expect(pValue, name).toBeLessThanOrEqual(1)
        }
        expect(evaluation.explanation).not.toMatch(/NaN|undefined|Infinity/)
      }),
      { numRuns: 300 },
    )
  })

  it('never finds drift between identical profiles', () => {
    fc.assert(
      fc.property(anyInput, ({ binning, baseline }) => {
        const { verdict, effect = 0 } = evaluate(
          { binning, baseline, window: baseline },
          { minRows: 1, alpha: 0.05 },
        )
        expect(['ok', 'insufficient_data']).toContain(verdict)
        expect(effect).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('takes no notice of the order of categories', () => {
    fc.assert(
      fc.property(anyCategorical, fc.integer(), ({ binning, baseline, window }, seed) => {
        const random = seeded(seed)
        const order = binning.categories
          .map((_, i) => ({ i, key: random() }))
          .sort((x, y) => x.key - y.key)
          .map(({ i }) => i)
        const shuffle = ({ counts, ...rest }: ColumnInput['baseline']) => ({
          ...rest,
          counts: [counts[0], ...order.map((i) => counts[i + 1]), counts.at(-1)!],
        })
        const categories = order.map((i) => binning.categories[i])
        const before = judgeColumn({ binning, baseline, window }, RULE)
        const after = judgeColumn(
          { binning: { ...binning, categories }, baseline: shuffle(baseline), window: shuffle(window) },
          RULE,
        )
        expect([after.verdict, after.reason]).toEqual([before.verdict, before.reason])
        expect(after.effect ?? 0).toBeCloseTo(before.effect ?? 0, 9)
      }),
    )
  })

  it('bears count arrays that are too short', () => {
    const { binning } = numeric(ramp(300), ramp(300))
    const short = { counts: [3, 400], sums: [], squares: 0 }
    expect(() => evaluate({ binning, baseline: short, window: { ...short, counts: [] } })).not.toThrow()
    expect(() => evaluate({ ...categorical({ a: [1, 1], b: [1, 1] }), window: short })).not.toThrow()
  })

  it('is done with 100,000 categories in a moment', () => {
    const rows = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`c${i}`, [1 + (i % 3), i % 4] as const]),
    )
    const started = performance.now()
    expect(evaluate(categorical(rows, { truncated: true, rest: [500, 400] }))).toMatchObject({
      verdict: 'insufficient_data',
      reason: 'too_many_categories',
    })
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('simulated', () => {
  /** A column of 10 decile groups from 20,000 baseline rows; windows from shares q. */
  const draw = (random: () => number, shares: readonly number[], n: number) => {
    const counts = repeat(0, shares.length)
    for (let i = 0; i < n; i++) {
      let u = random()
      let group = 0
      while (group < shares.length - 1 && u >= shares[group]) u -= shares[group++]
      counts[group]++
    }
    return counts
  }
  const column = (b: readonly number[], c: readonly number[]) =>
    categorical(Object.fromEntries(b.map((rows, i) => [`g${i}`, [rows, c[i]] as const])))
  const even = repeat(0.1, 10)

  it('stationary windows of 1,000 rows over 50 columns do not breach', () => {
    const random = seeded(20010103)
    const verdicts = new Map<string, number>()
    for (let i = 0; i < 50; i++) {
      const baseline = draw(random, even, 20_000)
      for (let window = 0; window < 20; window++) {
        const { verdict } = judgeColumn(column(baseline, draw(random, even, 1000)), RULE)
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      }
    }
    expect([...verdicts]).toEqual([['ok', 1000]])
  })

  it('a true PSI of 0.5 is found from 200 rows on, and critical at 1,000', () => {
    const random = seeded(42)
    // Shares of 0.1 (1 ± s): PSI = s / 2 · ln((1 + s) / (1 - s)), which is 0.5 at s = 0.6478.
    const moved = even.map((share, i) => share * (i % 2 === 0 ? 1.6478 : 0.3522))
    for (const n of [200, 1000]) {
      for (let i = 0; i < 50; i++) {
        const { verdict, effect } = judgeColumn(
          column(draw(random, even, 20_000), draw(random, moved, n)),
          RULE,
        )
        expect(n === 1000 ? ['critical'] : ['critical', 'warning']).toContain(verdict)
        if (n === 1000) expect(Math.abs(effect! - 0.5)).toBeLessThan(0.2)
      }
    }
  })
})
