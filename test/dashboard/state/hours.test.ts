import { expect, test } from 'vitest'
import { shifted, touchedHours, twiceAsLong } from '../../../dashboard/state/hours.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 0, 1, 12)
const iso = (hours: number) => new Date(NOON + hours * HOUR).toISOString()

test('a drag chooses the whole hours that it touches', () => {
  expect(touchedHours(NOON + 0.2 * HOUR, NOON + 2.1 * HOUR)).toEqual({ from: iso(0), to: iso(3) })
  expect(touchedHours(NOON, NOON + HOUR)).toEqual({ from: iso(0), to: iso(1) })
})
test('it chooses an hour at least', () => {
  expect(touchedHours(NOON, NOON)).toEqual({ from: iso(0), to: iso(1) })
})
test('twice as long keeps the middle', () => {
  expect(twiceAsLong(NOON, NOON + 10 * HOUR)).toEqual({ from: iso(-5), to: iso(15) })
})
test('earlier and later keep the length', () => {
  expect(shifted(NOON, NOON + 10 * HOUR, -1)).toEqual({ from: iso(-10), to: iso(0) })
  expect(shifted(NOON, NOON + 10 * HOUR, 1)).toEqual({ from: iso(10), to: iso(20) })
})
