import { expect, test } from 'vitest'
import { daysLeft, formatAgo, formatBytes, formatSpan, formatTook } from '../../../dashboard/system/words.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9960, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [82_009_395_200, '82 GB'],
  [1.5e18, '1,500 PB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test.each([
  [-5, '0 s'],
  [89_000, '89 s'],
  [91_000, '2 min'],
  [5_400_000, '2 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 days'],
])('%d ms are %s', (milliseconds, text) => expect(formatSpan(milliseconds)).toBe(text))

test('times are told against that of the service', () => {
  expect(formatAgo('2026-01-05T00:00:00Z', '2026-01-05T00:00:01Z')).toBe('just now')
  expect(formatAgo('2026-01-05T00:00:00Z', '2026-01-05T00:00:40Z')).toBe('40 s ago')
})

test('what took milliseconds shows them', () => {
  expect([formatTook(7), formatTook(240), formatTook(12_000)]).toEqual(['0.007 s', '0.24 s', '12 s'])
})

test('a disk lasts as long as its growth says, and no days are told where it does not grow', () => {
  expect(daysLeft(100, 7)).toBe(14)
  expect([daysLeft(100, 0), daysLeft(1e12, 1), daysLeft(0, 0)]).toEqual([undefined, undefined, undefined])
})
