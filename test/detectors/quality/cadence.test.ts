import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferCadence, overduePeriods, usualGap } from '../../../detectors/quality/cadence.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5) // A Monday.
const at = (text: string) => new Date(`${text}Z`)

/** Hours from the start on that `holds` data. */
const hours = (days: number, holds: (hour: number) => boolean) =>
  Array.from({ length: days * 24 }, (_, hour) => hour)
    .filter(holds)
    .map((hour) => new Date(START + hour * HOUR))
const isWeekday = (hour: number) => Math.floor(hour / 24) % 7 < 5

describe('the cadence that data have kept', () => {
  test.each([
    ['hourly', hours(10, () => true)],
    ['hourly', hours(2, () => true)],
    // An outage of a day does not make it another one.
    ['hourly', hours(14, (hour) => Math.floor(hour / 24) !== 7)],
    ['daily', hours(20, (hour) => hour % 24 < 12)],
    ['daily', hours(30, (hour) => hour % 24 === 2)],
    ['weekdays', hours(30, (hour) => isWeekday(hour))],
    ['weekdays', hours(30, (hour) => isWeekday(hour) && hour % 24 === 2)],
    ['weekly', hours(60, (hour) => hour % 168 === 30)],
    ['hourly', hours(1, () => true)],
    ['unknown', hours(1, (hour) => hour < 20)],
    ['unknown', hours(5, (hour) => hour % 24 === 2)],
    ['unknown', []],
  ] as const)('%s', (cadence, given) => {
    expect(inferCadence(given, 'UTC')).toBe(cadence)
  })

  test('monthly, whether a batch has one time or is spread over days', () => {
    const batches = [0, 1, 2, 3].map((month) => Date.UTC(2026, month, 1, 2))
    expect(inferCadence(batches.slice(0, 1).map((time) => new Date(time)), 'UTC')).toBe('unknown') // prettier-ignore
    for (const n of [2, 3, 4])
      expect(inferCadence(batches.slice(0, n).map((time) => new Date(time)), 'UTC')).toBe('monthly') // prettier-ignore
    const spread = batches.flatMap((time) =>
      Array.from({ length: 72 }, (_, hour) => new Date(time + hour * HOUR)),
    )
    expect(inferCadence(spread, 'UTC')).toBe('monthly')
    // At midnight in Auckland it is the month before in UTC.
    const local = [2, 3, 4, 5].map((month) => new Date(Date.UTC(2026, month, 1) - 12 * HOUR))
    expect(inferCadence(local, 'Pacific/Auckland')).toBe('monthly')
  })

  test('none where data come and go', () => {
    const quarterly = [0, 3, 6, 9].map((month) => new Date(Date.UTC(2026, month, 1)))
    expect(inferCadence(quarterly, 'UTC')).toBe('irregular')
  })

  test('is one by whose periods data were never overdue, where every period holds some', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 10, max: 40 }), (hour, days) => {
        const given = hours(days, (one) => one % 24 === hour)
        const cadence = inferCadence(given, 'UTC')
        expect(cadence).toBe('daily')
        for (const [i, one] of given.slice(1).entries())
          expect(overduePeriods('daily', given[i], one, 'UTC')).toBe(0)
      }),
    )
  })
})

describe('whether data are overdue', () => {
  test.each([
    ['hourly', '2026-03-07T10:20', '2026-03-07T11:00', false],
    ['hourly', '2026-03-07T10:20', '2026-03-07T12:00', true],
    ['daily', '2026-03-06T02:00', '2026-03-07T23:00', false],
    ['daily', '2026-03-06T02:00', '2026-03-08T00:00', true],
    // Once they are, they stay so.
    ['daily', '2026-03-06T02:00', '2026-03-08T05:00', true],
    ['weekdays', '2026-03-06T02:00', '2026-03-09T23:00', false],
    ['weekdays', '2026-03-06T02:00', '2026-03-10T00:00', true],
    ['weekly', '2026-03-03T02:00', '2026-03-15T23:00', false],
    ['weekly', '2026-03-03T02:00', '2026-03-16T00:00', true],
    ['monthly', '2026-03-01T02:00', '2026-04-30T23:00', false],
    ['monthly', '2026-03-01T02:00', '2026-05-01T00:00', true],
  ] as const)('%s, newest of %s, at %s: %s', (cadence, newest, end, overdue) => {
    expect(overduePeriods(cadence, at(newest), at(end), 'UTC') > 0).toBe(overdue)
  })

  test('by the days of the zone', () => {
    // Friday evening in New York, and a whole Monday of it.
    const newest = at('2026-03-07T01:00')
    expect(overduePeriods('weekdays', newest, at('2026-03-10T03:00'), 'America/New_York')).toBe(0)
    expect(overduePeriods('weekdays', newest, at('2026-03-10T04:00'), 'America/New_York')).toBe(1)
    expect(overduePeriods('daily', at('2026-03-28T22:30'), at('2026-03-29T22:00'), 'Europe/Berlin')).toBe(1)
    expect(overduePeriods('daily', at('2026-03-28T22:30'), at('2026-03-29T22:00'), 'UTC')).toBe(0)
  })
})

describe('the usual gap', () => {
  const hours = (...held: number[]) => held.map((hour) => new Date(START + hour * HOUR))

  test('is the second longest, so that one outage is not usual', () => {
    expect(usualGap('hourly', hours(0, 1, 2, 3), 'UTC')).toBe(0)
    expect(usualGap('hourly', hours(0, 1, 12, 13), 'UTC')).toBe(0)
    expect(usualGap('hourly', hours(0, 1, 12, 13, 16, 17), 'UTC')).toBe(2)
    expect(usualGap('hourly', [], 'UTC')).toBe(0)
  })
})
