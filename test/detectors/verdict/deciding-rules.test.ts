import { describe, expect, it } from 'vitest'
import { Multinomial, Random } from '../../../bench/false-alarms/random.ts'
import { runDetection } from '../../../bench/false-alarms/detection.ts'
import { shiftedColumn } from '../../../bench/false-alarms/shifts.ts'
import { runStationary, type RuleOf } from '../../../bench/false-alarms/stationary.ts'
import { simulatedStream } from '../../../bench/false-alarms/stream.ts'
import { decideByDeviation } from '../../../detectors/verdict/deciding/baseline-deviation.ts'
import { decideColumn } from '../../../detectors/verdict/deciding/decide-column.ts'
import { evaluateColumn, type EvaluationRule } from '../../../detectors/verdict/evaluate.ts'
import { groupCounts, type GroupCounts } from '../../../detectors/verdict/groups.ts'
import { jensenShannon } from '../../../detectors/statistics/jensen-shannon.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import { ksPValue, ksStatistic } from '../../../detectors/statistics/kolmogorov-smirnov.ts'
import { chiSquareSf } from '../../../detectors/statistics/tails.ts'
import { pearson } from '../../../detectors/statistics/pearson.ts'
import { DEFAULT_THRESHOLDS, type DecidingStatistic } from '../../../domain/thresholds.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import { monitorDeclarationOf } from '../../../control/declared/monitor-declaration.ts'
import { categorical, numeric, seeded } from '../../support/samples/columns.ts'

const ALPHA = 1e-5
const OTHERS = ['ks', 'jensen_shannon', 'baseline_deviation'] as const
const rule = (decide: DecidingStatistic, alpha = ALPHA): EvaluationRule => ({
  ...DEFAULT_RULE,
  decide,
  thresholds: DEFAULT_THRESHOLDS[decide],
  alpha,
  ksMethod: 'asymptotic',
})
const normals = (n: number, seed: number, shift = 0, spread = 1) => {
  const random = seeded(seed)
  return Array.from(
    { length: n },
    () => shift + spread * Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random()),
  )
}
const moved = numeric(normals(5000, 1), normals(2000, 2, 0.6))
const still = numeric(normals(5000, 1), normals(2000, 2))
const movedCategories = categorical({ a: [3000, 700], b: [1500, 900], c: [500, 400] })

/** Those that a declaration is filled up with: what came later is not, so that older ones stay what they were. */
const { expected_performance: _, ...DECLARED } = DEFAULT_THRESHOLDS

describe('a monitor', () => {
  it('decides by PSI unless it says otherwise, and is read back as it was declared', () => {
    const plain = monitorSchema.parse({ name: 'm', model: 'x' })
    expect([plain.decide, plain.thresholds]).toEqual(['psi', DECLARED])
    const other = monitorSchema.parse({
      name: 'm',
      model: 'x',
      decide: 'ks',
      thresholds: { ks: { warning: 0.15, critical: 0.3 } },
    })
    expect(other.thresholds).toEqual({ ...DECLARED, ks: { warning: 0.15, critical: 0.3 } })
    expect(monitorSchema.parse(monitorDeclarationOf(other))).toEqual(other)
  })

  it.each([
    { decide: 'chi_square' },
    { thresholds: { wasserstein: { warning: 1, critical: 2 } } },
    { thresholds: { ks: { warning: 0.3, critical: 0.2 } } },
  ])('refuses %j', (wrong) => {
    expect(monitorSchema.safeParse({ name: 'm', model: 'x', ...wrong }).success).toBe(false)
  })
})

describe.each(OTHERS)('deciding by %s', (decide) => {
  it('names the statistic, its value and its threshold where a column moved', () => {
    for (const input of [moved, movedCategories]) {
      const { verdict, reason, effect, explanation } = evaluateColumn(input, rule(decide))
      expect([verdict, reason]).toEqual(['critical', decide])
      expect(explanation).toContain(String(Number(effect!.toFixed(3))))
      expect(explanation).toContain(`critical threshold ${DEFAULT_THRESHOLDS[decide].critical}`)
    }
  })

  it('is quiet on the same distribution, on one group, and on rows without values', () => {
    expect(evaluateColumn(still, rule(decide)).verdict).toBe('ok')
    expect(evaluateColumn(categorical({ a: [500, 300] }), rule(decide))).toMatchObject({
      verdict: 'ok',
      reason: 'constant',
    })
    const gone = numeric(normals(5000, 1), new Array<null>(500).fill(null))
    expect(evaluateColumn(gone, rule(decide))).toMatchObject({ verdict: 'critical', reason: 'all_missing' })
    expect(evaluateColumn(numeric([], []), rule(decide)).reason).toBe('empty')
  })

  it('leaves missing values to their own test', () => {
    const values = normals(2000, 2)
    const input = numeric(normals(5000, 1), [...values, ...new Array<null>(150).fill(null)])
    expect(evaluateColumn(input, rule(decide)).verdict).not.toBe('ok')
  })
})

describe('what the effects are', () => {
  const decided = (input: typeof moved | typeof movedCategories, decide: DecidingStatistic) =>
    decideColumn(input, groupCounts(input), rule(decide))!

  it('D of the numeric column, total variation of the categorical one, the distance of the groups', () => {
    const slots = (counts: readonly number[]) => counts.slice(1)
    expect(decided(moved, 'ks').effect).toBe(
      ksStatistic(slots(moved.baseline.counts), slots(moved.window.counts)),
    )
    expect(decided(movedCategories, 'ks').effect).toBeCloseTo(0.6 - 0.35, 12)
    const { baseline, window } = groupCounts(moved)
    expect(decided(moved, 'jensen_shannon').effect).toBe(jensenShannon(baseline, window))
  })

  it('significant where they reach the floor', () => {
    const draw = new Random(3)
    const law = new Multinomial([0.2, 0.3, 0.1, 0.4])
    const other = new Multinomial([0.22, 0.22, 0.16, 0.4])
    const sample = (from: Multinomial, n: number) => {
      const counts = new Int32Array(4)
      from.add(draw, n, counts)
      return Array.from(counts)
    }
    let reached = 0
    for (let i = 0; i < 2000; i++) {
      const [b, c] = [sample(law, 2000), sample(other, 400)]
      const labels = b.map((_, value) => ({ kind: 'category' as const, value: String(value) }))
      const input = categorical(Object.fromEntries(b.map((rows, at) => [`c${at}`, [rows, c[at]]])))
      const found = decideColumn(input, { labels, baseline: b, window: c }, rule('ks', 1e-3))!
      if (found.effect < found.noiseFloor!) continue
      reached++
      expect(chiSquareSf(pearson(b, c)!.statistic, 3)).toBeLessThanOrEqual(1e-3)
    }
    expect(reached).toBeGreaterThan(20)
    for (const n of [200, 1000, 20_000]) {
      const input = numeric(normals(5000, 1), normals(n, 2))
      const { noiseFloor } = decided(input, 'ks')
      expect(ksPValue(noiseFloor!, 5000, n, 'asymptotic')).toBeLessThanOrEqual(ALPHA)
    }
  })

  it('in standard deviations of what chunks of the baseline have', () => {
    const random = new Random(9)
    const law = new Multinomial([0.1, 0.1, 0.2, 0.25, 0.35])
    const sample = (n: number) => {
      const counts = new Int32Array(5)
      law.add(random, n, counts)
      return Array.from(counts)
    }
    const effects = Array.from({ length: 4000 }, () => {
      const groups: GroupCounts = { labels: [], baseline: sample(10_000), window: sample(500) }
      return decideByDeviation(groups, DEFAULT_THRESHOLDS.baseline_deviation)!.effect
    })
    const mean = effects.reduce((sum, effect) => sum + effect, 0) / effects.length
    const variance = effects.reduce((sum, effect) => sum + (effect - mean) ** 2, 0) / effects.length
    expect(Math.abs(mean)).toBeLessThan(0.08)
    expect(Math.sqrt(variance)).toBeGreaterThan(0.93)
    expect(Math.sqrt(variance)).toBeLessThan(1.07)
  })
})

describe('over time', () => {
  const ruleOf =
    (decide: DecidingStatistic): RuleOf =>
    (alpha) =>
      rule(decide, alpha)
  const alerts = (decide: DecidingStatistic) =>
    runStationary(simulatedStream(new Random(1), 20, false), {
      rows: 1000,
      evaluations: 720,
      ruleOf: ruleOf(decide),
      plain: false,
      screened: false,
    }).alerts

  it('the tests keep the budget of false alarms, deviations of chunks do not', () => {
    expect([alerts('ks'), alerts('jensen_shannon')]).toEqual([0, 0])
    expect(alerts('baseline_deviation')).toBeGreaterThan(2)
  })

  it.each(OTHERS)('%s finds a shift of the mean', (decide) => {
    const delays = Array.from({ length: 20 }, (_, i) =>
      runDetection(shiftedColumn('mean', 0.3), 1000, i + 1, ruleOf(decide)),
    )
    expect(Math.max(...delays.map(({ rule: delay }) => delay))).toBeLessThanOrEqual(24)
  })
})
