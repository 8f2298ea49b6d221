import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dueEnds, newestEnd } from '../../../detectors/run/schedule.ts'

const HOUR = 3_600_000
const at = (text: string) => new Date(`${text}Z`)
const hourly = { every: HOUR, grace: 10 * 60_000, timezone: 'UTC' }
const daily = { ...hourly, every: 24 * HOUR }
const ends = (dates: Date[]) => dates.map((date) => date.toISOString().slice(0, 13))

describe('the newest complete window', () => {
  test.each([
    { now: '2026-03-01T10:09:59', timing: hourly, delay: 0, end: '2026-03-01T09:00' },
    { now: '2026-03-01T10:10:00', timing: hourly, delay: 0, end: '2026-03-01T10:00' },
    { now: '2026-03-01T10:10:00', timing: hourly, delay: 24 * HOUR, end: '2026-02-28T10:00' },
    { now: '2026-03-01T10:10:00', timing: daily, delay: 0, end: '2026-03-01T00:00' },
    { now: '2026-03-01T00:05:00', timing: daily, delay: 0, end: '2026-02-28T00:00' },
  ] as const)('at $now ends at $end, $delay ms later where it waits', ({ now, timing, delay, end }) => {
    expect(newestEnd(timing, at(now), delay)).toEqual(at(end))
  })
})

describe('due windows', () => {
  test('of a monitor that never ran: the newest alone', () => {
    expect(ends(dueEnds(hourly, undefined, at('2026-03-01T10:30')))).toEqual(['2026-03-01T10'])
  })

  test('after a stop: each that was missed, in order, and none twice', () => {
    const due = dueEnds(hourly, at('2026-03-01T07:00'), at('2026-03-01T10:30'))
    expect(ends(due)).toEqual(['2026-03-01T08', '2026-03-01T09', '2026-03-01T10'])
  })

  test('right after one: none', () => {
    expect(dueEnds(hourly, at('2026-03-01T10:00'), at('2026-03-01T11:09'))).toEqual([])
  })

  test('ticks at any times evaluate each window exactly once, and none before it is complete', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 7 * 24 * 60 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(gaps, fc.constantFrom(1, 2, 6, 24), (minutes, hours) => {
        const timing = { ...hourly, every: hours * HOUR }
        let now = Date.UTC(2026, 0, 1)
        let last = dueEnds(timing, undefined, new Date(now))[0]
        const seen = [last.getTime()]
        for (const gap of minutes) {
          now += gap * 60_000
          for (const end of dueEnds(timing, last, new Date(now))) {
            expect(end.getTime() + timing.grace).toBeLessThanOrEqual(now)
            seen.push(end.getTime())
            last = end
          }
        }
        expect(seen).toEqual(seen.map((_, i) => seen[0] + i * timing.every))
      }),
    )
  })
})
