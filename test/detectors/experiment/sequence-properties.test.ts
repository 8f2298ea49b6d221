import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundary } from '../../../detectors/experiment/boundary.ts'
import type { ExperimentHours, ExperimentRule, HourSums } from '../../../detectors/experiment/experiment.ts'
import { experimentSequence } from '../../../detectors/experiment/sequence.ts'
import { HOUR_MS } from '../../../domain/time.ts'

const rule: ExperimentRule = { metric: 'brier', alpha: 0.05, minRows: 10, minHours: 3, margin: 0.2 }
const value = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 500)
const side = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 300 }), fc.array(value, { minLength: 1, maxLength: 8 })), {
    selector: ([hour]) => hour,
    minLength: 5,
    maxLength: 60,
  })
  .map((hours) => hours.map(([hour, values]): HourSums => sumsOf(hour, values)))
const hours: fc.Arbitrary<ExperimentHours> = fc.oneof(
  side.map((differences): ExperimentHours => ({ design: 'paired', differences })),
  fc.tuple(side, side).map(([champion, challenger]): ExperimentHours => ({ design: 'split', champion, challenger })), // prettier-ignore
)

function sumsOf(hour: number, values: readonly number[]): HourSums {
  const sum = values.reduce((all, one) => all + one, 0)
  const squares = values.reduce((all, one) => all + (one - sum / values.length) ** 2, 0)
  return { hour: hour * HOUR_MS, n: values.length, sum, squares }
}

function changed(given: ExperimentHours, of: (side: readonly HourSums[]) => HourSums[]): ExperimentHours {
  return given.design === 'paired'
    ? { design: 'paired', differences: of(given.differences) }
    : { design: 'split', champion: of(given.champion), challenger: of(given.challenger) }
}

const scaled = (given: ExperimentHours, by: number) =>
  changed(given, (side) => side.map((one) => ({ ...one, sum: by * one.sum, squares: by * by * one.squares })))

const MIRRORED = {
  champion_better: 'challenger_better',
  challenger_better: 'champion_better',
  equivalent: 'equivalent',
  undecided: 'undecided',
  inconclusive: 'inconclusive',
} as const

describe('the sequence', () => {
  test('does not depend on the order in which hours are given, nor on hours without rows', () =>
    fc.assert(
      fc.property(hours, (given) => {
        const shuffled = changed(given, (side) => [
          { hour: 999 * HOUR_MS, n: 0, sum: 0, squares: 0 },
          ...side.toReversed(),
        ])
        expect(experimentSequence(shuffled, rule)).toEqual(experimentSequence(given, rule))
      }),
    ))

  test('scales with the losses', () =>
    fc.assert(
      fc.property(hours, fc.constantFrom(0.125, 4, 1024), (given, by) => {
        const own = experimentSequence(given, rule)
        const other = experimentSequence(scaled(given, by), { ...rule, margin: 0.2 * by })
        expect(other.planRows).toBe(own.planRows)
        for (const [i, point] of own.points.entries()) {
          expect(other.points[i].difference).toBeCloseTo(by * point.difference, 8)
          expect(other.points[i].lower === null).toBe(point.lower === null)
          if (point.lower !== null) expect(other.points[i].lower).toBe(by * point.lower)
          expect(other.points[i].state).toBe(point.state)
        }
      }),
    ))

  test('is mirrored when the versions change places', () =>
    fc.assert(
      fc.property(hours, (given) => {
        const swapped: ExperimentHours =
          given.design === 'paired'
            ? scaled(given, -1)
            : { design: 'split', champion: given.challenger, challenger: given.champion }
        const own = experimentSequence(given, rule).points
        const other = experimentSequence(swapped, rule).points
        for (const [i, point] of own.entries()) {
          expect(other[i].difference).toBeCloseTo(-point.difference, 10)
          expect(other[i].lower === null).toBe(point.lower === null)
          if (point.upper !== null) expect(other[i].lower).toBeCloseTo(-point.upper, 8)
          expect(other[i].state).toBe(MIRRORED[point.state])
        }
      }),
    ))

  test('keeps its first decision, and says nothing before its first look', () =>
    fc.assert(
      fc.property(hours, (given) => {
        const { points } = experimentSequence(given, rule)
        const first = points.findIndex(({ state }) => state !== 'undecided')
        for (const [i, point] of points.entries()) {
          if (first >= 0 && i >= first) expect(point.state).toBe(points[first].state)
          if (point.leastRows < rule.minRows || point.evenHours < rule.minHours)
            expect(point).toMatchObject({ lower: null, upper: null })
        }
      }),
    ))

  test('does not change when more hours come', () =>
    fc.assert(
      fc.property(hours, fc.nat({ max: 300 }), (given, last) => {
        const before = changed(given, (side) => side.filter(({ hour }) => hour <= last * HOUR_MS))
        const { points } = experimentSequence(before, rule)
        expect(experimentSequence(given, rule).points.slice(0, points.length)).toEqual(points)
      }),
    ))

  test('ends at its end', () =>
    fc.assert(
      fc.property(hours, fc.nat({ max: 300 }), (given, last) => {
        const end = last * HOUR_MS
        const kept = changed(given, (side) => side.filter(({ hour }) => hour < end))
        expect(experimentSequence(given, { ...rule, end })).toEqual(experimentSequence(kept, rule))
      }),
    ))
})

test('of split traffic, hours that only one version has seen do not count', () =>
  fc.assert(
    fc.property(side, side, (champion, challenger) => {
      const seen = (by: readonly HourSums[]) => new Set(by.map(({ hour }) => hour))
      const kept = (given: readonly HourSums[]) =>
        given.filter(({ hour }) => seen(champion).has(hour) && seen(challenger).has(hour))
      expect(experimentSequence({ design: 'split', champion, challenger }, rule)).toEqual(
        experimentSequence({ design: 'split', champion: kept(champion), challenger: kept(challenger) }, rule),
      )
    }),
  ))

test('large losses that differ little have the same interval as small ones', () => {
  const values = Array.from({ length: 40 }, (_, i) => [(i * 7) % 5, (i * 3) % 4, (i * 11) % 7])
  const own = experimentSequence({ design: 'paired', differences: values.map((v, i) => sumsOf(i, v)) }, rule)
  const far = values.map((v, i) => {
    const { sum, ...rest } = sumsOf(i, v)
    return { ...rest, sum: sum + 3e9 }
  })
  const other = experimentSequence({ design: 'paired', differences: far }, rule)
  const width = (of: typeof own) => of.points.at(-1)!.upper! - of.points.at(-1)!.lower!
  expect(width(other)).toBeCloseTo(width(own), 5)
})

describe('values that are all the same', () => {
  const same = (d: number): HourSums[] =>
    Array.from({ length: 400 }, (_, hour) => ({ hour: hour * HOUR_MS, n: 7 + (hour % 3), sum: d * (7 + (hour % 3)), squares: 0 })) // prettier-ignore

  test.each([0, 0.1, -1 / 3, 1e9])('differences of %f decide nothing', (d) => {
    const { points } = experimentSequence({ design: 'paired', differences: same(d) }, rule)
    expect(new Set(points.map(({ state, lower }) => `${state} ${lower}`))).toEqual(
      new Set(['undecided null']),
    )
  })

  test('losses of both sides decide nothing', () => {
    const { points } = experimentSequence({ design: 'split', champion: same(0.1), challenger: same(0.3) }, rule) // prettier-ignore
    expect(points.every(({ state, lower }) => state === 'undecided' && lower === null)).toBe(true)
  })
})

describe('the boundary', () => {
  test('as a width shrinks with rows, and widens with a smaller alpha', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e7 }),
        fc.integer({ min: 10, max: 1e6 }),
        fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
        (rows, plan, alpha) => {
          const width = (n: number, level = alpha) => boundary(n, plan, level) / Math.sqrt(n)
          expect(width(rows + 1)).toBeLessThan(width(rows))
          expect(width(rows, alpha / 2)).toBeGreaterThan(width(rows))
        },
      ),
    ))

  test('is near its least at the rows that it is planned for', () => {
    const least = Math.min(...Array.from({ length: 4000 }, (_, i) => boundary(1000, 10 + i, 0.05)))
    expect(boundary(1000, 1000, 0.05) / least).toBeLessThan(1.001)
  })
})

test.each<[string, Partial<HourSums>]>([
  ['not a number', { sum: NaN }],
  ['infinite', { squares: Infinity }],
  ['negative', { squares: -1 }],
])('an hour whose sums are %s is refused', (_, broken) => {
  const hour: HourSums = { hour: 0, n: 1, sum: 0, squares: 0, ...broken }
  expect(() => experimentSequence({ design: 'paired', differences: [hour] }, rule)).toThrow(/are no sums/)
})

test('an hour that is there twice is refused', () => {
  const hour: HourSums = { hour: 0, n: 1, sum: 0, squares: 0 }
  expect(() => experimentSequence({ design: 'paired', differences: [hour, hour] }, rule)).toThrow(/1970-01-01T00:00:00.000Z is there twice/) // prettier-ignore
})
