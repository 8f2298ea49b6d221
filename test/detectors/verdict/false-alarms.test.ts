import { describe, expect, it } from 'vitest'
import { runDetection } from '../../../bench/false-alarms/detection.ts'
import { median, rate, share } from '../../../bench/false-alarms/intervals.ts'
import { Multinomial, Random } from '../../../bench/false-alarms/random.ts'
import { shiftedColumn, SHIFTS } from '../../../bench/false-alarms/shifts.ts'
import { EVALUATIONS, runStationary, type RuleOf } from '../../../bench/false-alarms/stationary.ts'
import { simulatedStream } from '../../../bench/false-alarms/stream.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import { missingChange } from '../../../detectors/verdict/missing.ts'
import { byDay } from '../../support/runner/by-day.ts'

const ruleOf: RuleOf = (alpha) => ({ ...DEFAULT_RULE, alpha })
const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
const stationary = (features: number, correlated: boolean, rows: number, seed: number, options = {}) =>
  runStationary(simulatedStream(new Random(seed), features, correlated), {
    rows,
    evaluations: EVALUATIONS,
    ruleOf,
    plain: false,
    screened: true,
    ...options,
  })
const alertsOf = (runs: number, ...cell: [number, boolean, number]) =>
  seeds(runs).map((seed) => stationary(...cell, seed).alerts)

describe('the promise of the default rule, over 90 days of hourly evaluations', () => {
  it('is wrong about once or less from 200 rows up, in 50 features', () => {
    const runs = byDay(3, 8)
    expect(rate(alertsOf(runs, 50, false, 200)).value).toBeLessThanOrEqual(1)
    expect(rate(alertsOf(runs, 50, true, 200)).value).toBeLessThanOrEqual(1)
  })

  it('is never wrong at 1,000 rows', () => {
    expect([...alertsOf(5, 10, false, 1000), ...alertsOf(4, 50, true, 1000)]).toEqual(new Array(9).fill(0))
  })

  it.each(SHIFTS)('finds a change of %s of true PSI 0.2 within two days', (shift) => {
    const delays = (rows: number) =>
      seeds(100).map((seed) => runDetection(shiftedColumn(shift, 0.2), rows, seed, ruleOf).rule)
    const within = (hours: number, all: readonly number[]) => all.filter((delay) => delay <= hours).length
    const few = delays(200)
    expect(within(48, few)).toBeGreaterThanOrEqual(96)
    expect(median(few)).toBeLessThanOrEqual(24)
    const many = delays(1000)
    expect(within(48, many)).toBe(100)
    expect(median(many)).toBeLessThanOrEqual(20)
  })
})

describe('the simulation', () => {
  it('spares the judge nothing that breaches', () => {
    const evaluations = 60
    for (const rows of [200, 2000])
      expect(stationary(10, false, rows, 3, { evaluations })).toEqual(
        stationary(10, false, rows, 3, { evaluations, screened: false }),
      )
  })

  it('sees the plain rules alarm most of the time', () => {
    const { plain } = stationary(50, false, 200, 1, { plain: true, evaluations: 500 })
    expect(plain.every(({ inAlert }) => inAlert > 100)).toBe(true)
  })

  it('draws counts of the right mean and variance, row by row and cell by cell', () => {
    const shares = [0.02, 0.08, 0.3, 0.6]
    const law = new Multinomial(shares)
    const random = new Random(1)
    for (const n of [20, 100, 3000]) {
      const draws = seeds(4000).map(() => {
        const counts = new Int32Array(4)
        law.add(random, n, counts)
        return counts
      })
      for (const [cell, p] of shares.entries()) {
        const mean = draws.reduce((sum, counts) => sum + counts[cell], 0) / draws.length
        const variance = draws.reduce((sum, counts) => sum + (counts[cell] - mean) ** 2, 0) / draws.length
        expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt((n * p * (1 - p)) / draws.length))
        expect(variance / (n * p * (1 - p))).toBeCloseTo(1, 0)
      }
      expect(draws.every((counts) => counts.reduce((sum, count) => sum + count, 0) === n)).toBe(true)
    }
  })

  it('states intervals that are known', () => {
    // Garwood: no event in one run, and ten.
    expect(rate([0]).high).toBeCloseTo(3.689, 3)
    expect(rate([10]).low).toBeCloseTo(4.795, 3)
    expect(rate([10]).high).toBeCloseTo(18.39, 2)
    expect(share(10, 10).low).toBeCloseTo(0.7225, 3)
  })
})

describe('the test of missing shares', () => {
  it('keeps its level where few rows are missing', () => {
    const random = new Random(5)
    const alpha = 1e-4
    const draws = 300_000
    let breaches = 0
    for (let i = 0; i < draws; i++) {
      const [b, c] = [random.binomial(10_000, 0.02), random.binomial(200, 0.02)]
      const side = (missing: number, n: number) => ({ counts: [missing, n - missing], sums: [], squares: 0 })
      if (missingChange({ baseline: side(b, 10_000), window: side(c, 200) })!.pValue < alpha) breaches++
    }
    // 30 are to be expected; the pooled z-test alone has about 400.
    expect(breaches).toBeLessThan(60)
  })
})
