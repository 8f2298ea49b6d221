import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weeklyVariation, WEEK_HOURS } from '../../../detectors/verdict/cyclic.ts'
import { baselineHours } from '../../../detectors/run/baseline-hours.ts'
import { describeBaseline } from '../../../detectors/run/compared-baseline.ts'
import { DEFAULT_RULE } from '../../../detectors/verdict/judge.ts'
import type { Baseline } from '../../../control/declared/baselines.ts'
import type { HourSpan } from '../../../store/profiles/hour-spans.ts'
import {
  monitorBaselineDeclaration,
  monitorBaselineSchema,
} from '../../../control/declared/monitor-baseline.ts'
import { monitorDeclarationOf } from '../../../control/declared/monitor-declaration.ts'
import { monitorSchema, type Monitor } from '../../../control/declared/monitor.ts'

const HOUR = 3_600_000
const WEEK = WEEK_HOURS * HOUR

const hoursIn = ({ from, to }: HourSpan) =>
  Array.from({ length: (to.getTime() - from.getTime()) / HOUR }, (_, i) => from.getTime() / HOUR + i)
const window = fc
  .record({ start: fc.integer({ min: 500_000, max: 600_000 }), hours: fc.integer({ min: 1, max: 720 }) })
  .map(({ start, hours }) => ({ from: new Date(start * HOUR), to: new Date((start + hours) * HOUR) }))
const weeks = fc.integer({ min: 1, max: 52 })

describe('the hours of a baseline', () => {
  test('rolling: so many, all before the window, up to it', () => {
    fc.assert(
      fc.property(window, fc.integer({ min: 1, max: 8760 }), (of, hours) => {
        const found = baselineHours({ rolling: hours * HOUR }, of, 'UTC')!.flatMap(hoursIn)
        expect(found).toHaveLength(hours)
        expect(found.at(-1)).toBe(of.from.getTime() / HOUR - 1)
      }),
    )
  })

  test('seasonal: every hour before the window, for so many weeks, whose hour of the week is in it', () => {
    fc.assert(
      fc.property(window, weeks, (of, k) => {
        const inWindow = new Set(hoursIn(of).map((hour) => hour % WEEK_HOURS))
        const first = of.from.getTime() / HOUR
        const expected = Array.from({ length: k * WEEK_HOURS }, (_, i) => first - k * WEEK_HOURS + i)
        const found = baselineHours({ seasonal: k * WEEK }, of, 'UTC')!.flatMap(hoursIn)
        expect(found).toEqual(expected.filter((hour) => inWindow.has(hour % WEEK_HOURS)))
      }),
    )
  })

  test('a stored baseline has none, a pinned window its own, and none lie before 1970', () => {
    const of = { from: new Date(WEEK), to: new Date(WEEK + HOUR) }
    expect(baselineHours('training', of, 'UTC')).toBeUndefined()
    expect(baselineHours({ data: 1 }, of, 'UTC')).toBeUndefined()
    const pinned = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' }
    expect(baselineHours({ window: pinned }, of, 'UTC')).toEqual([
      { from: new Date(pinned.from), to: new Date(pinned.to) },
    ])
    expect(baselineHours({ seasonal: 3 * WEEK }, of, 'UTC')).toEqual([
      { from: new Date(0), to: new Date(HOUR) },
    ])
    expect(baselineHours({ rolling: 2 * WEEK }, of, 'UTC')).toEqual([
      { from: new Date(0), to: new Date(WEEK) },
    ])
  })
})

test('messages say what was compared with', () => {
  const stored = { version: 2, name: 'january' } as Baseline
  const told = (baseline: Monitor['baseline'], slice?: string) =>
    describeBaseline({ baseline }, stored, slice)
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }
  expect(told('training')).toBe('baseline 2 (january)')
  expect(told({ data: 2 })).toBe('baseline 2 (january)')
  expect(told({ rolling: WEEK })).toBe('the 7d before each window')
  expect(told({ seasonal: 4 * WEEK, version: '3' })).toBe(
    'the same hours of the week of version 3 in the 28d before each window',
  )
  expect(told({ rolling: WEEK, own_version: true })).toBe('the 7d before each window')
  expect(told({ rolling: WEEK, own_version: true }, '4')).toBe('the 7d before each window of version 4')
  expect(told({ rolling: WEEK }, '4')).toBe('the 7d before each window')
  expect(told('training', '4')).toBe('baseline 2 (january)')
  expect(told({ window })).toBe(`the rows from ${window.from} to ${window.to}`)
})

describe('the declaration', () => {
  const instant = fc.integer({ min: 0, max: 1_000_000 }).map((hour) => new Date(hour * HOUR).toISOString())
  const version = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined })
  const choice = fc.oneof(
    fc.constant('training' as const),
    fc.record({ data: fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.string({ minLength: 1 })) }),
    fc.record({ window: fc.tuple(instant, instant).filter(([a, b]) => a < b).map(([from, to]) => ({ from, to })), version }), // prettier-ignore
    fc.record({ rolling: fc.integer({ min: 1, max: 8760 }).map((hours) => `${hours}h`), version }),
    fc.record({ seasonal: weeks.map((k) => `${k}w`), version }),
    fc.record({ seasonal: weeks.map((k) => `${k}w`), own_version: fc.constant(true as const) }),
  )

  test('reads back as it was, alone and in a monitor', () => {
    fc.assert(
      fc.property(choice, (baseline) => {
        const read = monitorBaselineSchema.parse(baseline)
        expect(monitorBaselineSchema.parse(monitorBaselineDeclaration(read))).toEqual(read)
        const monitor = monitorSchema.parse({ name: 'm', model: 'm', baseline })
        expect(monitorSchema.parse(monitorDeclarationOf(monitor))).toEqual(monitor)
      }),
    )
  })

  test.each([
    [{}, /give one of/],
    [{ rolling: '7d', seasonal: '4w' }, /give one of/],
    [{ data: 1, version: '2' }, /use "version" and "own_version" only with/],
    [{ rolling: '90m' }, /whole number of hours/],
    [{ rolling: '366d' }, /at most 365 days/],
    [{ seasonal: '10d' }, /whole number of weeks/],
    [{ window: { from: '2026-01-02', to: '2026-01-02' } }, /"from" must be before/],
    [{ window: { from: '2026-01-02T00:30:00Z', to: '2026-01-03' } }, /whole hour/],
    [{ window: { from: '1969-12-31', to: '2026-01-03' } }, /between 1970 and 2106/],
    ['trainig', /write "training", or one of/],
  ])('refuses %j', (baseline, message) => {
    const { error } = monitorBaselineSchema.safeParse(baseline)
    expect(JSON.stringify(error)).toMatch(new RegExp(message.source.replaceAll('"', '\\\\*"')))
  })
})

describe('variation within the week', () => {
  const rule = { ...DEFAULT_RULE, alpha: 1e-4 }
  const binning = { kind: 'categorical', categories: ['a', 'b'], truncated: false, singletons: 0 } as const
  const column = { binning, profile: { counts: [0, 1, 1, 0], sums: [], squares: 0 } }
  const week = (shareOfA: (hour: number) => number) =>
    new Map(
      Array.from({ length: WEEK_HOURS }, (_, hour) => {
        const a = Math.round(100 * shareOfA(hour))
        return [hour, [0, a, 100 - a, 0]]
      }),
    )

  test('a weekend is told, at the window that strays most', () => {
    const weekend = week((hour) => (hour < 48 ? 0.9 : 0.5))
    expect(weeklyVariation(column, weekend, 24, rule)).toMatchObject({
      severity: 'critical',
      explanation: expect.stringMatching(/mostly at b, from 38.6% to 10% of rows/),
    })
  })

  test('what a window holds whole is no variation: a day of hours, a week of days', () => {
    const daily = week((hour) => (hour % 24 < 8 ? 0.9 : 0.4))
    expect(weeklyVariation(column, daily, 24, rule)).toBeUndefined()
    expect(weeklyVariation(column, daily, 6, rule)).toMatchObject({ severity: 'critical' })
    expect(
      weeklyVariation(
        column,
        week((hour) => (hour < 48 ? 0.9 : 0.5)),
        168,
        rule,
      ),
    ).toBeUndefined()
  })

  test('nor is a steady column, one below the threshold, or too few rows', () => {
    expect(weeklyVariation(column, week(() => 0.5), 24, rule)).toBeUndefined() // prettier-ignore
    expect(
      weeklyVariation(
        column,
        week((hour) => (hour < 48 ? 0.55 : 0.5)),
        24,
        rule,
      ),
    ).toBeUndefined()
    const few = new Map([[0, [0, 10, 0, 0]], [1, [0, 0, 10, 0]]]) // prettier-ignore
    expect(weeklyVariation(column, few, 1, rule)).toBeUndefined()
  })
})
