/** What no input may bring about: a verdict of ok in spite of a change that anyone can see. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateColumn } from '../../../detectors/verdict/evaluate.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import { ksDistance } from '../../../detectors/statistics/ks-distance.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { exactNumeric, numeric, seeded } from '../../support/samples/columns.ts'

const rule = { ...DEFAULT_RULE, alpha: 0.01, ksMethod: 'auto' as const }
const ROWS = 1000
const RUNS = byDay(60, 400)

/** Uniform numbers to values of many shapes: smooth, heavy, skewed, discrete. */
const shape = fc.constantFrom(
  (u: number) => u,
  (u: number) => -Math.log(1 - u),
  (u: number) => (u < 0.9 ? 0 : u),
  (u: number) => (u < 0.099 ? 0 : u),
  (u: number) => (u < 0.76 ? 0 : u < 0.855 ? 5 : 100 * u),
  (u: number) => Math.floor(10 * u) + (u * 10 > 5 ? u : 0),
  (u: number) => Math.floor(u ** 6 * 500),
  (u: number) => Math.round(20 * u) / 10 + 0.1,
  (u: number) => (u < 0.3 ? 0.1 : u < 0.6 ? 0.7 : u),
)

/** Moves uniform numbers, everywhere or within a stretch only, so that a change may hide between two edges. */
const move = fc.oneof(
  fc.double({ min: 0.2, max: 5, noNaN: true }).map((power) => (u: number) => u ** power),
  fc.tuple(fc.double({ min: 0, max: 0.7, noNaN: true }), fc.double({ min: 0.05, max: 0.5, noNaN: true })).map(
    ([from, width]) =>
      (u: number) =>
        u >= from && u < from + width ? from + width : u,
  ),
)

function sample(seed: number, of: (u: number) => number): number[] {
  const random = seeded(seed)
  return Array.from({ length: ROWS }, () => of(random()))
}

describe.each([
  ['exact cells', exactNumeric],
  ['bins', numeric],
])('over %s', (_, column) => {
  it('a D above 0.2 is never ok', () => {
    let seen = 0
    fc.assert(
      fc.property(shape, move, fc.integer(), (of, moved, seed) => {
        const baseline = sample(seed, of)
        const window = sample(seed + 1, (u) => of(moved(u)))
        const distance = ksDistance(exactNumeric(baseline, window))!.value
        fc.pre(distance > 0.2)
        seen++
        const { verdict } = evaluateColumn(column(baseline, window), rule)
        expect(verdict, `D ${distance}`).not.toBe('ok')
      }),
      { numRuns: RUNS },
    )
    expect(seen).toBeGreaterThan(0.75 * RUNS)
  })
})

it('says that D found what the groups hide', () => {
  // All of a group of a fifth moves to its upper end; no group gains or loses a row.
  const baseline = [...Array.from({ length: 800 }, (_, i) => i), ...new Array<number>(200).fill(800)].map(
    (x, i) => (i < 800 ? x : 800 + (i - 800) / 1000),
  )
  const heavy = baseline.map((x) => (x < 240 ? 0.5 + x / 1000 : x))
  const window = heavy.map((x, i) => (i < 240 ? 200 + i / 1000 : x))
  const { verdict, reason, explanation } = evaluateColumn(exactNumeric(baseline, window), rule)
  expect(verdict).not.toBe('ok')
  expect(reason === 'ks_distance' || reason === 'psi').toBe(true)
  expect(explanation).toMatch(/distribution shifted/)
})
