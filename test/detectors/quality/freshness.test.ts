import { describe, expect, test } from 'vitest'
import { judgeFreshness } from '../../../detectors/quality/freshness.ts'

const HOUR = 3_600_000
const MONDAY = Date.UTC(2026, 2, 2)
const at = (hour: number) => new Date(MONDAY + hour * HOUR)
const span = (from: number, to: number, holds: (hour: number) => boolean = () => true) =>
  Array.from({ length: to - from }, (_, i) => from + i)
    .filter(holds)
    .map(at)

function judge(hours: readonly Date[], end: number, cadence?: 'hourly' | 'daily' | 'weekdays') {
  const outcome = judgeFreshness({ hours, newest: hours.at(-1), end: at(end), cadence, timezone: 'UTC' })
  return outcome.status === 'judged' ? outcome.finding : outcome.status
}

describe('how old the newest predictions are', () => {
  test.each([
    [100, undefined],
    [101, 'warning'],
    [102, 'warning'],
    [103, 'critical'],
  ])('hourly, at hour %i of 100: %s', (end, severity) => {
    const finding = judge(span(0, 100), end)
    expect(finding === undefined ? undefined : (finding as { severity: string }).severity).toBe(severity)
  })

  test('is said with when they came and how often they do', () => {
    expect(judge(span(0, 100), 103)).toEqual({
      finding: 'freshness',
      severity: 'critical',
      share: 3,
      expected: 0,
      explanation:
        'No predictions have arrived for 3 hours: the newest are from the hour of 6 Mar 2026 03:00 UTC. So far, some have arrived in every hour.',
    })
    expect(judge(span(0, 1), 2, 'hourly')).toMatchObject({
      explanation: expect.stringMatching(
        /for 1 hour: .* The monitor's `cadence` expects some in every hour\.$/,
      ),
    })
  })

  test('counts beyond twice the gap that is usual', () => {
    // No hour between two and four at night, as every other night before.
    const quietNights = span(0, 336, (hour) => hour % 48 !== 2 && hour % 48 !== 3)
    expect(judge(quietNights, 336 + 4)).toBeUndefined()
    expect(judge(quietNights, 336 + 5)).toMatchObject({ severity: 'warning', expected: 2 })
    expect(judge(quietNights, 336 + 7)).toMatchObject({ severity: 'critical' })
  })

  test('of a daily batch, by whole days', () => {
    const daily = span(0, 24 * 14, (hour) => hour % 24 === 2)
    expect(judge(daily, 24 * 15 - 1)).toBeUndefined()
    expect(judge(daily, 24 * 15)).toMatchObject({ severity: 'warning' })
    expect(judge(daily, 24 * 17)).toMatchObject({ severity: 'critical' })
  })

  test('of a monthly batch, although it is longer ago than hours are kept in view', () => {
    const judgeBatch = (end: string) =>
      judgeFreshness({
        hours: [],
        newest: new Date('2026-01-01T02:00:00Z'),
        end: new Date(end),
        cadence: 'monthly',
        timezone: 'UTC',
      })
    expect(judgeBatch('2026-02-28')).toMatchObject({ status: 'judged', finding: undefined })
    expect(judgeBatch('2026-03-01')).toMatchObject({ finding: { severity: 'warning', share: 1 } })
    expect(judgeBatch('2026-05-01')).toMatchObject({ finding: { severity: 'critical', share: 3 } })
  })

  test('on working days, weekends do not count', () => {
    const weekdays = span(0, 24 * 26, (hour) => hour % 24 === 2 && Math.floor(hour / 24) % 7 < 5)
    expect(judge(weekdays, 24 * 28)).toBeUndefined()
    expect(judge(weekdays, 24 * 29)).toMatchObject({ severity: 'warning' })
  })

  test('is not judged before the cadence is known, or where there is none', () => {
    expect(judge(span(0, 5), 50)).toBe('unknown')
    expect(judge([], 50, 'hourly')).toBe('unknown')
    expect(judge([at(0), at(700), at(1500), at(1520)], 1600)).toBe('irregular')
  })
})
