import { expect, test } from 'vitest'
import { judgeVolume, type VolumeInput } from '../../../detectors/quality/volume.ts'
import { toWall } from '../../../domain/calendar/local-time.ts'
import { uniform } from '../../../bench/support.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Monday. */
const START = Date.UTC(2026, 0, 5)
const DAYS = 36
const rule = { alpha: 1e-5 }

/** Traffic with a rhythm of days and weeks, within 3% of it. */
function traffic(change: (rows: number, hour: number) => number = (rows) => rows): Map<number, number> {
  const random = uniform(3)
  return new Map(
    Array.from({ length: DAYS * 24 }, (_, hour) => {
      const rhythm = 1 + 0.6 * Math.sin((2 * Math.PI * ((hour % 24) - 9)) / 24)
      const weekend = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1
      const rows = 2000 * rhythm * weekend * (0.97 + 0.06 * random())
      return [START + hour * HOUR, Math.round(change(rows, hour))]
    }),
  )
}

function judge(rows: ReadonlyMap<number, number>, hour: number, input: Partial<VolumeInput> = {}) {
  const end = START + hour * HOUR
  return judgeVolume(
    { rows, first: START, end, windowMs: DAY, everyMs: HOUR, timezone: 'UTC', ...input },
    rule,
  )
}

const found = (rows: ReadonlyMap<number, number>, hour: number, input?: Partial<VolumeInput>) => {
  const outcome = judge(rows, hour, input)
  return outcome.status === 'judged' ? outcome.finding : outcome.status
}

/** Within `[from, from + hours)` so many times the usual traffic. */
const times = (factor: number, from: number, hours: number) =>
  traffic((rows, hour) => (hour >= from && hour < from + hours ? factor * rows : rows))

/** Noon of the Wednesday of the fifth week. */
const NOON = (4 * 7 + 2) * 24 + 12

test('is as usual in every hour of a week', () => {
  const rows = traffic()
  for (let hour = 28 * 24; hour < 35 * 24; hour++) expect(found(rows, hour), String(hour)).toBeUndefined()
})

test('half of the traffic for three hours is found at their end', () => {
  const rows = times(0.5, NOON - 3, 3)
  expect(found(rows, NOON)).toMatchObject({ finding: 'volume', severity: 'warning', expected: 1 })
  expect(found(rows, NOON)!).toHaveProperty('explanation', expect.stringMatching(/in the 3 hours to 4 Feb 2026 12:00 UTC, (49|50|51)(\.\d)?% fewer than usual/)) // prettier-ignore
  expect(found(rows, NOON - 4)).toBeUndefined()
})

test('a twentieth of it is critical', () => {
  expect(found(times(0.05, NOON - 3, 3), NOON)).toMatchObject({ severity: 'critical' })
})

test('a monitor that runs once a day finds hours of the day before', () => {
  expect(found(times(0.4, NOON - 3, 3), NOON + 9, { everyMs: DAY })).toMatchObject({ severity: 'warning' })
  expect(found(times(0.4, NOON - 3, 3), NOON + 9)).toBeUndefined()
})

test('a burst is no surge, twice the traffic throughout is one', () => {
  expect(found(times(6, NOON - 4, 4), NOON)).toBeUndefined()
  expect(found(times(2.2, NOON - 24, 24), NOON)).toMatchObject({ severity: 'warning' })
  expect(found(times(12, NOON - 24, 24), NOON)).toMatchObject({ severity: 'critical' })
})

test('a holiday is a quiet day from its beginning, with the traffic of a Sunday', () => {
  const midnight = NOON - 12
  const rows = times(0.5, midnight, 24)
  for (let hour = midnight + 1; hour <= midnight + 48 && hour <= DAYS * 24; hour++)
    expect(found(rows, hour), `${hour - midnight} hours after it began`).toBeUndefined()
})

test('days are those of the zone', () => {
  // Midnight in New York is five hours after that of UTC.
  const rows = times(0.5, NOON - 12 + 5, 24)
  const hours = Array.from({ length: 20 }, (_, i) => NOON - 12 + 5 + 3 + i)
  const quiet = (timezone: string) =>
    hours.filter((hour) => found(rows, hour, { timezone }) === undefined).length
  expect(quiet('America/New_York')).toBe(hours.length)
  expect(quiet('UTC')).toBeLessThan(hours.length)
})

test.each([
  ['set forward', Date.UTC(2026, 2, 29)],
  ['put back', Date.UTC(2026, 9, 25)],
])('traffic of office hours is as usual after clocks are %s', (_, sunday) => {
  const timezone = 'Europe/Berlin'
  const random = uniform(5)
  const first = sunday - 29 * DAY
  const rows = new Map(
    Array.from({ length: 44 * 24 }, (_, i) => {
      const shown = new Date(toWall(first + i * HOUR, timezone)).getUTCHours()
      return [first + i * HOUR, Math.round((shown >= 8 && shown < 18 ? 2000 : 20) * (0.97 + 0.06 * random()))]
    }),
  )
  for (let end = sunday; end < sunday + 14 * DAY; end += HOUR) {
    const outcome = judgeVolume({ rows, first, end, windowMs: DAY, everyMs: HOUR, timezone }, rule)
    expect(outcome, new Date(end).toISOString()).toMatchObject({ status: 'judged', finding: undefined })
  }
})

test('is not judged before two weeks have been recorded', () => {
  const rows = traffic()
  expect(found(rows, 13 * 24)).toBe('too_early')
  expect(found(rows, 15 * 24 + 1)).toBeUndefined()
  expect(found(rows, 20 * 24, { first: undefined })).toBe('too_early')
})
