import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { zonedTimes } from '../../../ingest/rows/timezone.ts'
import { parseTime } from '../../../ingest/decode/parse-time.ts'

const read = (value: unknown) => {
  const time = parseTime(value)
  return 'at' in time ? new Date(time.at).toISOString() : time.problem
}

describe('a time', () => {
  test.each<[string, string, string]>([
    ['PostgreSQL', '2026-11-20 00:15:00.12345+00', '2026-11-20T00:15:00.123Z'],
    ['PostgreSQL, hours and minutes', '2026-11-20 05:45:00+05:30', '2026-11-20T00:15:00.000Z'],
    ['PostgreSQL, a historical offset', '2026-11-20 00:15:00+00:19:32', '2026-11-19T23:55:28.000Z'],
    ['BigQuery', '2026-11-20 00:15:00.123 UTC', '2026-11-20T00:15:00.123Z'],
    ['SQL Server', '2026-11-20 00:15:00.1234567 +00:00', '2026-11-20T00:15:00.123Z'],
    ['Snowflake', '2026-11-19 16:15:00.000 -0800', '2026-11-20T00:15:00.000Z'],
    ['Go', '2026-11-20 00:15:00.12345 +0000 UTC', '2026-11-20T00:15:00.123Z'],
    ['Java', '2026-11-20T01:15+01:00[Europe/Paris]', '2026-11-20T00:15:00.000Z'],
    ['Java, an instant', '2026-11-20T00:15:00.123456789Z', '2026-11-20T00:15:00.123Z'],
    ['Python', '2026-11-20T00:15:00.123456+00:00', '2026-11-20T00:15:00.123Z'],
    ['RFC 3339 in lower case', '2026-11-20t00:15:00z', '2026-11-20T00:15:00.000Z'],
    ['the basic format', '20261120T001500Z', '2026-11-20T00:15:00.000Z'],
    ['the basic format with a fraction', '20261120T001500,5+0530', '2026-11-19T18:45:00.500Z'],
    ['a comma', '2026-11-20T00:15:00,123Z', '2026-11-20T00:15:00.123Z'],
    ['a minus sign', '2026-11-19T19:15:00\u221205:00', '2026-11-20T00:15:00.000Z'],
    ['without seconds', '2026-11-20 00:15Z', '2026-11-20T00:15:00.000Z'],
    ['a fraction of a minute', '2026-11-20T00:15.5Z', '2026-11-20T00:15:30.000Z'],
    ['a week date', '2026-W47-5T00:15:00Z', '2026-11-20T00:15:00.000Z'],
    ['the first week', '2026-W01-1T00:00:00Z', '2025-12-29T00:00:00.000Z'],
    ['an ordinal date', '2026-324T00:15:00Z', '2026-11-20T00:15:00.000Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['the end of a day', '2026-11-19T24:00:00Z', '2026-11-20T00:00:00.000Z'],
    ['a leap day', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['blanks around', ' 2026-11-20 00:15:00+00\n', '2026-11-20T00:15:00.000Z'],
    ['truncated, not rounded', '2026-11-20T00:15:00.9999Z', '2026-11-20T00:15:00.999Z'],
    ['a date with a zone', '2026-11-20Z', '2026-11-20T00:00:00.000Z'],
  ])('as %s writes it: %s', (_, text, expected) => expect(read(text)).toBe(expected))

  test.each<[unknown, string]>([
    [1795700000, '2026-11-26T13:33:20.000Z'],
    [1795700000.123, '2026-11-26T13:33:20.123Z'],
    [1795700000123, '2026-11-26T13:33:20.123Z'],
    [1795700000123456, '2026-11-26T13:33:20.123Z'],
    [1795700000123456789n, '2026-11-26T13:33:20.123Z'],
    ['1795700000', '2026-11-26T13:33:20.000Z'],
    ['1795700000.5', '2026-11-26T13:33:20.500Z'],
    ['1795700000123', '2026-11-26T13:33:20.123Z'],
    ['1795700000123456', '2026-11-26T13:33:20.123Z'],
    ['1795700000123456789', '2026-11-26T13:33:20.123Z'],
    [86400, '1970-01-02T00:00:00.000Z'],
  ])('since 1970: %s', (value, expected) => expect(read(value)).toBe(expected))

  test.each<[unknown, RegExp]>([
    ['2026-11-20T00:15:00', /no time zone.*"Z".*--timezone/],
    ['2026-11-20 00:15:00.123', /no time zone/],
    ['20261120T001500', /no time zone/],
    ['2026-11-20', /date without a time/],
    ['20261120', /date written as digits/],
    [20261120, /date written as digits/],
    ['202611200015', /date written as digits/],
    [202611200015, /date written as digits/],
    ['20261120001500', /outside the years 1970 to 2105/],
    ['2026-02-29T00:00:00Z', /day that does not exist/],
    ['2026-02-30T00:00:00Z', /day that does not exist/],
    ['2026-13-01T00:00:00Z', /day that does not exist/],
    ['2026-W54-1T00:00:00Z', /day that does not exist/],
    ['2026-366T00:00:00Z', /day that does not exist/],
    ['2026-11-20T25:00:00Z', /time of day that does not exist/],
    ['2026-11-20T24:00:01Z', /time of day that does not exist/],
    ['2026-11-20T00:60:00Z', /time of day that does not exist/],
    ['2026-11-20T00:00:61Z', /time of day that does not exist/],
    ['2026-11-20T00:15:00+99:99', /offset "\+99:99"/],
    ['2026-11-20 00:15:00 EST', /not an ISO 8601 time/],
    ['20 Nov 2026', /not an ISO 8601 time/],
    ['11/20/2026', /not an ISO 8601 time/],
    ['1969-12-31T00:00:00Z', /outside the years 1970/],
    ['2106-01-01T00:00:00Z', /outside the years 1970/],
    [0, /outside the years 1970/],
    [-1e9, /outside the years 1970/],
    [99999999999, /outside the years 1970/],
    [NaN, /not an ISO 8601 time/],
    [Infinity, /not an ISO 8601 time/],
    ['', /not an ISO 8601 time/],
    [true, /not an ISO 8601 time/],
    [null, /not an ISO 8601 time/],
    [['2026-11-20T00:15:00Z'], /not an ISO 8601 time/],
  ])('%j is refused with the reason', (value, problem) => expect(read(value)).toMatch(problem))

  test('is the same in every spelling', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1974, 0), max: Date.UTC(2105, 11) }),
        fc.integer({ min: -18 * 60, max: 18 * 60 }),
        (at, offset) => {
          const pad = (n: number) => String(Math.abs(n)).padStart(2, '0')
          const zone = `${offset < 0 ? '-' : '+'}${pad(Math.trunc(offset / 60))}:${pad(offset % 60)}`
          const wall = new Date(at + offset * 60_000).toISOString().slice(0, -1)
          const date = new Date(at)
          const ordinal = Math.floor((at - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
          const texts = [
            date.toISOString(),
            `${wall}${zone}`,
            wall.replace('T', ' ') + zone.replace(':', ''),
            `${wall.replace(/[-:]/g, '')}${zone.replace(':', '')}`,
            `${date.getUTCFullYear()}-${String(ordinal).padStart(3, '0')}${date.toISOString().slice(10)}`,
          ]
          for (const text of texts) expect(parseTime(text), text).toEqual({ at })
          for (const value of [at, at * 1000, at / 1000, BigInt(at) * 1_000_000n, String(at)])
            expect(parseTime(value), String(value)).toEqual({ at })
        },
      ),
    ))

  test('whatever comes is a time or a reason', () =>
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.bigInt()), (value) => {
        const time = parseTime(value)
        if ('at' in time) expect(Number.isSafeInteger(time.at)).toBe(true)
        else expect(time.problem).not.toBe('')
      }),
    ))
})

describe('a time zone for times that name none', () => {
  const paris = zonedTimes('Europe/Paris')
  test.each<[string, string]>([
    ['2026-01-20 00:15:00', '2026-01-19T23:15:00.000Z'],
    ['2026-07-20T00:15:00.5', '2026-07-19T22:15:00.500Z'],
    ['2026-07-20', '2026-07-19T22:00:00.000Z'],
    // The hour that is skipped, and the one that comes twice.
    ['2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25 01:59:59', '2026-10-24T23:59:59.000Z'],
    ['2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 03:00:00', '2026-10-25T02:00:00.000Z'],
  ])('%s in Paris', (text, expected) => expect(paris(text)).toBe(expected))

  test.each(['2026-01-20 00:15:00+00', '1795700000', 'nonsense', 1795700000, null, undefined])(
    '%j stays as it is',
    (value) => expect(paris(value)).toBe(value),
  )

  test('far from Greenwich', () => {
    expect(zonedTimes('Asia/Kathmandu')('2026-01-20 00:15:00')).toBe('2026-01-19T18:30:00.000Z')
    expect(zonedTimes('Pacific/Apia')('2026-01-20 00:15:00')).toBe('2026-01-19T11:15:00.000Z')
    expect(zonedTimes('UTC')('2026-01-20 00:15:00')).toBe('2026-01-20T00:15:00.000Z')
    expect(() => zonedTimes('Mars/Olympus')).toThrow(RangeError)
  })
})
