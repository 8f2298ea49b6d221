import { describe, expect, test } from 'vitest'
import { judgeColumnQuality } from '../../../detectors/quality/judge-column.ts'
import { isUsuallySteady, steadyIn } from '../../../detectors/quality/steady.ts'
import { fromWall, toWall } from '../../../domain/calendar/local-time.ts'
import type { ColumnProfile } from '../../../store/profiles/binning.ts'

const HOUR = 3_600_000
const binning = { kind: 'categorical' as const, categories: ['a', 'b', 'c'], truncated: false, singletons: 0 }
/** Of missing values, of each category, and of all others. */
const of = (...counts: number[]): ColumnProfile => ({
  counts: [...counts, 0, 0].slice(0, 5),
  sums: [],
  squares: 0,
})
const baseline = of(0, 500, 500)

describe('a column that is steady', () => {
  const judge = (window: ColumnProfile, short: ColumnProfile) =>
    steadyIn(
      { binning, baseline, window },
      [
        { hours: 24, profile: window },
        { hours: 3, profile: short },
      ],
      1e-6,
    )

  test('at the end of the window holds one value, or none', () => {
    expect(judge(of(0, 200, 100), of(0, 0, 40))).toEqual({ finding: 'constant', hours: 3, rows: 40 })
    expect(judge(of(40, 200, 100), of(40))).toEqual({ finding: 'schema', hours: 3, rows: 40 })
    expect(judge(of(40, 200, 100), of(10, 20, 10))).toBeUndefined()
  })

  test('throughout the window is reported for the window', () => {
    expect(judge(of(2, 300), of(0, 40))).toEqual({ finding: 'constant', hours: 24, rows: 300 })
    expect(judge(of(300), of(40))).toBeUndefined()
  })

  test('is gone at the end although some value was unusable before, but not if all of them may be', () => {
    const of24h = of(40, 200, 100)
    const steady = { finding: 'schema' as const, hours: 3, rows: 40 }
    const found = (unusable: number) =>
      judgeColumnQuality(
        { name: 'x', binning, baseline, window: of24h, isFeature: true, steady, invalid: { baseline: 0, window: unusable } },
        { alpha: 1e-6, minRows: 200 },
      ).map(({ finding }) => finding) // prettier-ignore
    expect([found(0)[0], found(1)[0]]).toEqual(['schema', 'schema'])
    expect(found(40)).not.toContain('schema')
  })

  test('is no chance, and no handful of rows', () => {
    expect(judge(of(0, 200, 100), of(0, 0, 29))).toBeUndefined()
    const rarely = steadyIn({ binning, baseline: of(0, 999, 1), window: of(0, 300) }, [{ hours: 24, profile: of(0, 300) }], 1e-6) // prettier-ignore
    expect(rarely).toBeUndefined()
  })
})

describe('whether a column is steady now and then', () => {
  const DAYS = 20
  /** By the hour, counted from the first. */
  const judge = (at: (hour: number) => ColumnProfile, hours: number, days = DAYS) => {
    const past = Array.from({ length: days * 24 }, (_, hour) => ({ hour: hour * HOUR, ...at(hour) }))
    return isUsuallySteady(past, { binning, end: days * 24 * HOUR, hours, timezone: 'UTC' })
  }
  const varied = of(0, 10, 10)
  const last = (hours: number) => (hour: number) => hour >= DAYS * 24 - hours

  test('is not, where it has begun only now', () => {
    expect(judge((hour) => (last(3)(hour) ? of(0, 0, 20) : varied), 3)).toBe('unusual')
    expect(judge((hour) => (last(50)(hour) ? of(0, 0, 20) : varied), 24)).toBe('unusual')
    expect(judge((hour) => (last(3)(hour) ? of(20) : varied), 3)).toBe('unusual')
  })

  test('is, as the day of the week is within each day', () => {
    expect(judge((hour) => of(0, ...[0, 1, 2].map((i) => (Math.floor(hour / 24) % 3 === i ? 20 : 0))), 24)).toBe('usual') // prettier-ignore
  })

  test.each([
    ['set forward', Date.UTC(2026, 2, 29), 23],
    ['put back', Date.UTC(2026, 9, 25), 25],
  ])('is, as the day of the week is where clocks are %s', (_, sunday, hours) => {
    const timezone = 'Europe/Berlin'
    const past = Array.from({ length: 35 * 24 }, (_, i) => {
      const hour = sunday + (i - 28 * 24) * HOUR
      const day = [0, 1, 2, 0, 1, 2, 1][new Date(toWall(hour, timezone)).getUTCDay()]
      return { hour, ...of(0, ...[0, 1, 2].map((one) => (one === day ? 20 : 0))) }
    })
    const judgeDay = (day: number, length: number) => {
      const end = fromWall(sunday + (day + 1) * 24 * HOUR, timezone)
      const before = past.filter(({ hour }) => hour < end)
      return isUsuallySteady(before, { binning, end, hours: length, timezone })
    }
    expect([judgeDay(-1, 24), judgeDay(0, hours), judgeDay(1, 24), judgeDay(2, 24)]).toEqual(
      Array(4).fill('usual'),
    )
  })

  test('is, as daylight is every night; one earlier outage is not enough', () => {
    const night = (hour: number) => hour % 24 >= 20
    expect(judge((hour) => (night(hour) ? of(0, 0, 20) : varied), 3)).toBe('usual')
    const once = (hour: number) => hour >= 100 && hour < 106
    expect(judge((hour) => (once(hour) || last(3)(hour) ? of(0, 0, 20) : varied), 3)).toBe('unusual')
  })

  test('is, where it has not changed as far back as is recorded', () => {
    expect(judge(() => of(0, 20), 24)).toBe('usual')
  })

  test('is not known within the first week', () => {
    expect(judge((hour) => (hour >= 6 * 24 - 3 ? of(0, 20) : varied), 3, 6)).toBe('unknown')
  })
})

test('numbers that share a bin are told apart by their mean', () => {
  const numeric = {
    kind: 'numeric' as const,
    edges: [0, 10],
    groups: { by: 'edge' as const, edges: [] },
    centre: 0,
  }
  const day = (hour: number) => {
    const value = 1 + Math.floor(hour / 24) / 7
    return { counts: [0, 20, 0], sums: [20 * value, 0], squares: 20 * value ** 2 }
  }
  const past = Array.from({ length: 240 }, (_, hour) => ({ hour: hour * HOUR, ...day(hour) }))
  expect(isUsuallySteady(past, { binning: numeric, end: 240 * HOUR, hours: 24, timezone: 'UTC' })).toBe(
    'usual',
  )
})
