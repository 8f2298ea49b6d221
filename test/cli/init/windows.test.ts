import { expect, test } from 'vitest'
import { suggestRhythm } from '../../../cli/init/windows.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts'

const traffic = (perDay: number, days: number, hoursADay = 24) => ({
  rows: perDay * days,
  first: 0,
  last: days * DAY_MS - HOUR_MS,
  hours: hoursADay * days,
})

test.each([
  ['100,000 predictions a day', traffic(100_000, 3), '24h', '1h'],
  ['1,000 predictions a day', traffic(1000, 7), '24h', '1h'],
  ['200 predictions a day', traffic(200, 7), '7d', '6h'],
  ['50 predictions a day', traffic(50, 30), '28d', '24h'],
  ['2 predictions a day', traffic(2, 90, 2), '28d', '24h'],
  ['one batch of 5,000 a day', traffic(5000, 10, 1), '24h', '24h'],
  ['one batch of 300 a day', traffic(300, 10, 1), '7d', '24h'],
])('%s suggest a window', (_, given, window, every) => {
  expect(suggestRhythm(given)).toMatchObject({ window, every })
})

test('no window is shorter than a day, however many predictions there are', () => {
  const hour = { rows: 1_000_000, first: 0, last: HOUR_MS - 1, hours: 1 }
  const { window, every, doubts } = suggestRhythm(hour)
  expect([window, every]).toEqual(['24h', '1h'])
  expect(doubts).toEqual([expect.stringContaining('less than a day')])
})

test('windows that will get no verdict are said to', () => {
  expect(suggestRhythm(traffic(2, 90, 2)).doubts).toEqual([
    'A window of 28d would have about 55 rows, and below 200 there is no verdict.',
  ])
})

test('without a log, the windows are said to be a guess', () => {
  expect(suggestRhythm(undefined)).toMatchObject({
    window: '24h',
    doubts: [expect.stringContaining('guess')],
  })
})

test('a single prediction is no reason to fail', () => {
  expect(suggestRhythm({ rows: 1, first: 5, last: 5, hours: 1 })).toMatchObject({ window: '28d' })
})
