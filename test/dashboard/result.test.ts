import { expect, test } from 'vitest'
import { windowIndex, WORST } from '../../dashboard/result.ts'

const at = (day: number, verdict: string, effect: number | null) => ({
  window_end: `2026-01-0${day}T00:00:00Z`,
  verdict,
  effect,
})
const results = [
  at(1, 'ok', 0.9),
  at(2, 'warning', 0.2),
  at(3, 'critical', 0.3),
  at(4, 'critical', 0.4),
  at(5, 'critical', null),
  at(6, 'insufficient_data', null),
]

test('the newest window is shown without a wish', () => expect(windowIndex(results, undefined)).toBe(5))
test('a window is found by its end, however that is written', () => {
  expect(windowIndex(results, '2026-01-02T00:00:00.000Z')).toBe(1)
  expect(windowIndex(results, '2026-02-02T00:00:00Z')).toBe(-1)
})
test('the worst is the gravest, and of those the largest', () => {
  expect(windowIndex(results, WORST)).toBe(3)
  expect(windowIndex(results.slice(0, 2), WORST)).toBe(1)
})
test('of equally bad windows the newest is shown, also where none has an effect', () => {
  expect(windowIndex([at(1, 'critical', 0.3), at(2, 'critical', 0.3)], WORST)).toBe(1)
  expect(windowIndex([at(1, 'insufficient_data', null), at(2, 'insufficient_data', null)], WORST)).toBe(1)
  expect(windowIndex([], WORST)).toBe(-1)
})
