import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { baselineHours } from '../../../detectors/run/baseline-hours.ts'
import { dueEnds, endsBetween, newestEnd, runsBefore } from '../../../detectors/run/schedule.ts'
import { back, periodsOf, type CalendarLength } from '../../../domain/calendar/calendar.ts'
import { fromWall, isTimezone, toWall } from '../../../domain/calendar/local-time.ts'
import { windowStart, windowStarts } from '../../../domain/monitor-window.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const at = (text: string) => Date.parse(text.includes('Z') ? text : `${text}Z`)
const iso = (time: number | Date) => new Date(time).toISOString().slice(0, 16)

/** Both hemispheres, changes at midnight, by half an hour, across the date line, and offsets of 30 and 45 minutes. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'America/Sao_Paulo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Africa/Casablanca',
]
const zones = fc.constantFrom(...ZONES)
const times = fc.integer({ min: at('1980-01-01'), max: at('2040-01-01') })
const spans = fc.constantFrom<CalendarLength>(
  HOUR,
  6 * HOUR,
  36 * HOUR,
  DAY,
  2 * DAY,
  WEEK,
  2 * WEEK,
  30 * DAY,
  'month',
)

describe('periods of a calendar', () => {
  test('tile time without gap or overlap, at whole hours', () => {
    fc.assert(
      fc.property(zones, times, spans, (zone, time, span) => {
        const periods = periodsOf(span, zone)
        const index = periods.indexAt(time)
        expect(periods.startOf(index)).toBeLessThanOrEqual(time)
        expect(periods.startOf(index + 1)).toBeGreaterThan(time)
        expect(periods.startOf(index) % HOUR).toBe(0)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['month', 'UTC', '2026-02-10', '2026-02-01T00:00', '2026-03-01T00:00'],
    ['month', 'Europe/Berlin', '2026-03-31T22:30', '2026-03-31T22:00', '2026-04-30T22:00'],
    ['month', 'Australia/Sydney', '2026-04-15', '2026-03-31T13:00', '2026-04-30T14:00'],
    ['month', 'Asia/Kolkata', '2026-02-10', '2026-01-31T18:00', '2026-02-28T18:00'],
    // The day of 23 hours, and of 25, on either side of the equator.
    [DAY, 'Europe/Berlin', '2026-03-29T10:00', '2026-03-28T23:00', '2026-03-29T22:00'],
    [DAY, 'Europe/Berlin', '2026-10-25T10:00', '2026-10-24T22:00', '2026-10-25T23:00'],
    [DAY, 'Australia/Sydney', '2026-10-04T05:00', '2026-10-03T14:00', '2026-10-04T13:00'],
    [DAY, 'Australia/Sydney', '2026-04-05T05:00', '2026-04-04T13:00', '2026-04-05T14:00'],
    // Where there is no midnight the day begins at one.
    [DAY, 'America/Santiago', '2026-09-06T12:00', '2026-09-06T04:00', '2026-09-07T03:00'],
    // Weeks begin on Mondays.
    [WEEK, 'UTC', '2026-03-05', '2026-03-02T00:00', '2026-03-09T00:00'],
    [WEEK, 'America/New_York', '2026-03-05', '2026-03-02T05:00', '2026-03-09T04:00'],
    [HOUR, 'Asia/Kathmandu', '2026-03-05T07:30', '2026-03-05T07:00', '2026-03-05T08:00'],
  ] as const)('%s in %s: that of %s is from %s to %s', (span, zone, time, from, to) => {
    const periods = periodsOf(span, zone)
    const index = periods.indexAt(at(time))
    expect([iso(periods.startOf(index)), iso(periods.startOf(index + 1))]).toEqual([from, to])
  })

  test('in UTC days and hours are what they always were', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 800 }), (time, hours) => {
        fc.pre(hours % 168 !== 0)
        const span = hours * HOUR
        const periods = periodsOf(span, 'UTC')
        expect(periods.startOf(periods.indexAt(time))).toBe(Math.floor(time / span) * span)
      }),
    )
  })
})

describe('clocks of a zone', () => {
  test('read back what they show, but for the hour that is skipped and the one that comes twice', () => {
    fc.assert(
      fc.property(fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'), times, (zone, time) => {
        const hour = Math.floor(time / HOUR) * HOUR
        const again = fromWall(toWall(hour, zone), zone)
        expect([0, HOUR]).toContain(hour - again)
        expect(toWall(again, zone)).toBe(toWall(hour, zone))
      }),
    )
    expect(iso(fromWall(at('2026-03-29T02:30'), 'Europe/Berlin'))).toBe('2026-03-29T01:00')
    expect(iso(fromWall(at('2026-10-25T02:00'), 'Europe/Berlin'))).toBe('2026-10-25T00:00')
  })

  test('have names of the IANA database', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kolkata'].every(isTimezone)).toBe(true)
    expect(['', 'Mars/Base', '+02:00', 'Europe/Berlin; DROP'].some(isTimezone)).toBe(false)
  })
})

describe('windows', () => {
  const aligned = fc.constantFrom<CalendarLength>(DAY, 2 * DAY, WEEK, 'month')

  test('that are as long as the schedule tile time', () => {
    fc.assert(
      fc.property(zones, times, aligned, (timezone, time, span) => {
        const timing = { every: span, grace: 0, timezone }
        const ends = endsBetween(timing, new Date(time), new Date(time + 100 * DAY), 40)
        for (const [i, end] of ends.entries())
          if (i > 0) expect(windowStart({ window: span, timezone }, end)).toEqual(ends[i - 1])
      }),
      { numRuns: 300 },
    )
  })

  test('begin before they end, and the longer ones earlier', () => {
    fc.assert(
      fc.property(zones, times, spans, (timezone, time, window) => {
        const end = Math.floor(time / HOUR) * HOUR
        const all = [...windowStarts({ window, timezone }, new Date(end))].reverse().concat(new Date(end))
        for (const [i, start] of all.entries()) {
          expect(start.getTime() % HOUR).toBe(0)
          if (i > 0) expect(start.getTime()).toBeGreaterThan(all[i - 1].getTime())
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('of a month end on any day, and of days at any hour', () => {
    expect(iso(back('month', at('2026-03-31T05:00'), 'UTC'))).toBe('2026-02-28T05:00')
    expect(iso(back('month', at('2026-05-15T22:00'), 'Europe/Berlin'))).toBe('2026-04-15T22:00')
    // From nine to nine by the clock, though an hour is missing.
    expect(iso(back(DAY, at('2026-03-29T07:00'), 'Europe/Berlin'))).toBe('2026-03-28T08:00')
    expect(iso(back(30 * DAY, at('2026-03-31T00:00'), 'UTC'))).toBe('2026-03-01T00:00')
    // The 30th of December 2011 was left out, so the windows of two days end at the beginnings of the 28th and of the 31st.
    expect(iso(back(2 * DAY, at('2011-12-30T10:00'), 'Pacific/Apia'))).toBe('2011-12-28T10:00')
  })
})

describe('a monthly schedule', () => {
  const monthly = { every: 'month', grace: 6 * HOUR, timezone: 'Europe/Berlin' } as const

  test('has its newest window once the grace is over', () => {
    expect(iso(newestEnd(monthly, new Date(at('2026-08-01T03:59'))))).toBe('2026-06-30T22:00')
    expect(iso(newestEnd(monthly, new Date(at('2026-08-01T04:00'))))).toBe('2026-07-31T22:00')
  })

  test('catches up month by month', () => {
    const last = new Date(at('2026-01-31T23:00'))
    const due = dueEnds(monthly, last, new Date(at('2026-05-02')))
    expect(due.map(iso)).toEqual(['2026-02-28T23:00', '2026-03-31T22:00', '2026-04-30T22:00'])
    expect(iso(runsBefore(monthly, due[2], 2))).toBe('2026-02-28T23:00')
  })
})

describe('the same hours of the week, by the clocks of a zone', () => {
  const seasonal = { seasonal: 2 * WEEK }
  const hoursOf = (zone: string, from: string, to: string) =>
    baselineHours(seasonal, { from: new Date(at(from)), to: new Date(at(to)) }, zone)!.map(
      (span) => `${iso(span.from)} ${iso(span.to)}`,
    )

  test('follow the clocks when they change', () => {
    // Nine to ten in Berlin, before and after 29 March and 25 October.
    expect(hoursOf('Europe/Berlin', '2026-03-30T07:00', '2026-03-30T08:00')).toEqual([
      '2026-03-16T08:00 2026-03-16T09:00',
      '2026-03-23T08:00 2026-03-23T09:00',
    ])
    expect(hoursOf('Europe/Berlin', '2026-10-26T08:00', '2026-10-26T09:00')).toEqual([
      '2026-10-12T07:00 2026-10-12T08:00',
      '2026-10-19T07:00 2026-10-19T08:00',
    ])
    expect(hoursOf('Australia/Sydney', '2026-10-04T22:00', '2026-10-04T23:00')).toEqual([
      '2026-09-20T23:00 2026-09-21T00:00',
      '2026-09-27T23:00 2026-09-28T00:00',
    ])
    expect(hoursOf('UTC', '2026-03-30T07:00', '2026-03-30T08:00')).toEqual([
      '2026-03-16T07:00 2026-03-16T08:00',
      '2026-03-23T07:00 2026-03-23T08:00',
    ])
  })

  test('lack the hour that the day of 23 hours lacks, and have that of 25 once a week', () => {
    expect(hoursOf('Europe/Berlin', '2026-03-28T23:00', '2026-03-29T22:00')).toEqual([
      '2026-03-14T23:00 2026-03-15T01:00',
      '2026-03-15T02:00 2026-03-15T23:00',
      '2026-03-21T23:00 2026-03-22T01:00',
      '2026-03-22T02:00 2026-03-22T23:00',
    ])
    expect(hoursOf('Europe/Berlin', '2026-10-24T22:00', '2026-10-25T23:00')).toEqual([
      '2026-10-10T22:00 2026-10-11T22:00',
      '2026-10-17T22:00 2026-10-18T22:00',
    ])
  })

  test('are whole weeks where the window is a week by the clocks, though it lacks an hour', () => {
    const window = { from: new Date('2024-04-07T03:00Z'), to: new Date('2024-04-14T02:00Z') }
    expect(baselineHours({ seasonal: WEEK }, window, 'Africa/Casablanca')).toEqual([
      { from: new Date('2024-03-31T03:00Z'), to: new Date('2024-04-07T03:00Z') },
    ])
  })

  test('show what the window shows, wherever and whenever', () => {
    const lengths = fc.integer({ min: 1, max: 167 })
    fc.assert(
      fc.property(zones, times, lengths, fc.integer({ min: 1, max: 6 }), (zone, time, hours, weeks) => {
        const from = Math.floor(time / HOUR) * HOUR
        const to = from + hours * HOUR
        // A window that is a week by the clocks, if not by its hours, is compared with whole weeks.
        fc.pre(from > back(WEEK, to, zone))
        const shown = (hour: number) => Math.floor(toWall(hour, zone) / HOUR) % 168
        const inWindow = new Set<number>()
        for (let hour = from; hour < to; hour += HOUR) inWindow.add(shown(hour))
        const found = baselineHours(
          { seasonal: weeks * WEEK },
          { from: new Date(from), to: new Date(to) },
          zone,
        )!
        let count = 0
        for (const span of found) {
          expect(span.to.getTime()).toBeLessThanOrEqual(from)
          for (let hour = span.from.getTime(); hour < span.to.getTime(); hour += HOUR, count++)
            expect(inWindow).toContain(shown(hour))
        }
        expect(Math.abs(count - hours * weeks)).toBeLessThanOrEqual(25 * weeks)
      }),
      { numRuns: 500 },
    )
  })
})
