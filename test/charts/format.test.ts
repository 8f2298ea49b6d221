import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCount,
  formatInstant,
  formatNumber,
  formatOnAxis,
  formatPercent,
  formatPeriod,
  formatTick,
  inTooltip,
  truncate,
} from '../../charts/format.ts'
import { placeTexts } from '../../charts/lane.ts'
import { timeTicks } from '../../charts/time-ticks.ts'
import { isolated, nearest, spanOf, usualStep, withGaps } from '../../charts/time.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('numbers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.1, '0.1'],
    [0.012345, '0.0123'],
    [1.5e-7, '1.5e-7'],
    [12.34, '12.3'],
    [999.6, '1,000'],
    [12_345, '12,345'],
    [-2_500_000, '−2,500,000'],
    [3.21e18, '3.21e+18'],
    [NaN, '–'],
    [Infinity, '–'],
    [null, '–'],
  ])('%s is %s', (x, text) => expect(formatNumber(x)).toBe(text))

  it.each([
    [0, '0'],
    [0.012345, '0.0123'],
    [999.6, '1k'],
    [12_345, '12.3k'],
    [-2_500_000, '−2.5M'],
    [999_999, '1M'],
    [7e12, '7T'],
    [3.21e18, '3.21e+18'],
    [NaN, '–'],
  ])('on an axis %s is %s', (x, text) => expect(formatOnAxis(x)).toBe(text))

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('a count of %s is %s', (n, text) => expect(formatCount(n)).toBe(text))

  it.each([
    [0, '0%'],
    [0.0004, 'under 0.1%'],
    [0.1234, '12.3%'],
    [0.9999, 'over 99.9%'],
    [1, '100%'],
    [null, '–'],
  ])('a share of %s is %s', (share, text) => expect(formatPercent(share)).toBe(text))
})

describe('times', () => {
  it('are UTC, wherever they come from', () => {
    expect(formatInstant('2001-04-02T16:00:00+02:00')).toBe('2 Apr 2001 14:00 UTC')
    expect(formatInstant(Date.UTC(2001, 3, 2, 14))).toBe('2 Apr 2001 14:00 UTC')
  })

  it.each([
    ['2001-04-01', '2001-04-15', '1 to 15 Apr 2001'],
    ['2001-03-30', '2001-04-15', '30 Mar to 15 Apr 2001'],
    ['2000-12-30', '2001-01-02', '30 Dec 2000 to 2 Jan 2001'],
    ['2001-04-01T03:00:00Z', '2001-04-01T09:00:00Z', '1 Apr 2001'],
  ])('%s to %s is %s', (from, to, text) => expect(formatPeriod(from, to)).toBe(text))

  it('are short on an axis', () => {
    expect([Date.UTC(2001, 3, 2, 14), Date.UTC(2001, 3, 2), Date.UTC(2001, 0, 1)].map(formatTick)).toEqual([
      '14:00',
      '2 Apr',
      '2001',
    ])
  })

  it('have round ticks', () => {
    const days = timeTicks([Date.UTC(2001, 3, 1, 5), Date.UTC(2001, 3, 8, 5)], 8)
    expect(days.map(formatTick)).toEqual(['2 Apr', '3 Apr', '4 Apr', '5 Apr', '6 Apr', '7 Apr', '8 Apr'])
    const weeks = timeTicks([Date.UTC(2001, 3, 1), Date.UTC(2001, 4, 1)], 5)
    expect(weeks.every((time) => new Date(time).getUTCDay() === 1)).toBe(true)
    const months = timeTicks([Date.UTC(2000, 10, 15), Date.UTC(2001, 5, 1)], 4)
    expect(months.map(formatTick)).toEqual(['2001', '1 Mar', '1 May'])
  })

  it('have ticks within the span, ascending and no more than asked for', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2105, 0) })
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 12 * 366 * DAY }),
        fc.integer({ min: 2, max: 20 }),
        (from, length, most) => {
          const ticks = timeTicks([from, from + length], most)
          expect(ticks.length).toBeLessThanOrEqual(Math.max(most + 1, 14))
          ticks.forEach((tick, i) => {
            expect(tick >= from && tick <= from + length && tick > (ticks[i - 1] ?? -1)).toBe(true)
          })
        },
      ),
    )
  })
})

describe('lines', () => {
  it('break where a value or an evaluation is missing', () => {
    expect(withGaps([[0, 1], [HOUR, 2], [2 * HOUR, null], [3 * HOUR, 3], [6 * HOUR, 4]])).toEqual([
      [0, 1], [HOUR, 2], [2 * HOUR, null], [3 * HOUR, 3], [4 * HOUR, null], [6 * HOUR, 4],
    ]) // prettier-ignore
  })

  it('know values that stand alone', () => {
    expect(isolated([[0, 1], [1, null], [2, 2], [3, 3], [4, null], [5, 4]])).toEqual([[0, 1], [5, 4]]) // prettier-ignore
    expect(isolated([])).toEqual([])
  })

  it('have a step, a span and nearest times even where there are few', () => {
    expect(usualStep([])).toBe(HOUR)
    expect(usualStep([0, DAY, 2 * DAY, 9 * DAY])).toBe(DAY)
    expect(spanOf([], undefined)).toBeUndefined()
    expect(spanOf([DAY], undefined)).toEqual([DAY - HOUR, DAY + HOUR])
    expect(spanOf([DAY], { from: '1970-01-01', to: '1970-01-05' })).toEqual([0, 4 * DAY])
    expect(nearest([], 5)).toBe(-1)
    expect(nearest([0, 10, 20], 14)).toBe(1)
  })
})

describe('texts beside marks', () => {
  it('go right, else left, else are left out', () => {
    const width = 300
    const mark = (x: number) => ({ x, text: 'version 4' })
    expect(placeTexts([mark(20), mark(290)], width)).toEqual(['right', 'left'])
    expect(placeTexts([mark(100), mark(110), mark(120)], width)).toEqual(['left', undefined, 'right'])
    expect(placeTexts([{ x: 150, text: 'x'.repeat(100) }], width)).toEqual([undefined])
  })

  it('never end so near to another mark that they could be taken for its text', () => {
    const [text, other] = [{ x: 150, text: 'version 4' }, { text: '' }]
    // The text is about 65 pixels long.
    expect(placeTexts([text, { ...other, x: 225 }], 240)).toEqual(['left', undefined])
    expect(placeTexts([{ ...other, x: 75 }, text], 200)).toEqual([undefined, undefined])
    expect(placeTexts([text, { ...other, x: 260 }], 300)).toEqual(['right', undefined])
  })
})

describe('names', () => {
  it('are cut by code points', () => {
    expect(truncate('distance', 8)).toBe('distance')
    expect(truncate('distances', 8)).toBe('distanc…')
    expect(truncate('🌡️'.repeat(50), 3)).toBe('🌡️…')
    expect(truncate('x'.repeat(10_000_000), 5)).toBe('xxxx…')
    expect(truncate('\n'.repeat(1000), 5)).toMatch(/^.?…$/)
  })

  it('lose what would break lines or their direction', () => {
    expect(truncate('a\nb\u0000c\u2028d\u202ee\ud800')).toBe('a b c d e\ufffd')
  })

  it('are at most as long as asked for, and well formed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 40 }),
        (name, most) => {
          const text = truncate(name, most)
          expect([...text].length).toBeLessThanOrEqual(most)
          expect(text.isWellFormed()).toBe(true)
        },
      ),
    )
  })

  it('hold no markup of the engine in a tooltip', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{', '}', 'a', '1', '|', ' ', '_')), (parts) => {
        expect(inTooltip(parts.join(''))).not.toMatch(/\{[a-zA-Z0-9_]+\|/)
      }),
    )
    expect(inTooltip('{a|b}').replaceAll('\u2060', '')).toBe('{a|b}')
  })
})
