import { expect, test } from 'vitest'
import { timelineOf, type Event } from '../../../dashboard/components/alert/timeline.ts'

const event = (id: string, more: Partial<Event> = {}): Event => ({
  id,
  scope: 'alert',
  status: 'firing',
  severity: 'critical',
  reason: 'repeat',
  window_end: `2026-01-0${id}T00:00:00Z`,
  ...more,
})
const member = (id: string, day: number, reason = 'firing') =>
  event(id, { scope: 'member', reason, window_end: `2026-01-0${day}T00:00:00Z` })
const ids = (events: readonly Event[], current = '') =>
  timelineOf(events, current).map((line) => line.events.map(({ id }) => id).join(''))

test('repeats one after the other share a line', () => {
  expect(ids([event('4'), event('3'), event('2', { reason: 'first' }), event('1')])).toEqual(['43', '2', '1'])
})

test('members of one window that say the same share a line', () => {
  expect(ids([member('5', 2), member('4', 2), member('3', 1), member('2', 1, 'pending')])).toEqual([
    '54',
    '3',
    '2',
  ])
})

test('the event that is shown stands alone', () => {
  expect(ids([event('4'), event('3'), event('2'), event('1')], '3')).toEqual(['4', '3', '21'])
})

test('another severity is another line', () => {
  expect(ids([event('2'), event('1', { severity: 'warning' })])).toEqual(['2', '1'])
  expect(ids([])).toEqual([])
})
