import { describe, expect, test } from 'vitest'
import { exclusionsOf } from '../../../alerts/retraining/exclusions.ts'
import type { AlertStatus } from '../../../control/alerting/alert-event.ts'
import { firedEvent, hourAt } from '../../support/samples/retraining.ts'

const iso = (hour: number) => hourAt(hour).toISOString()
const PERIOD = { from: iso(10), to: iso(40) }
const HOURLY = { window: 3_600_000, timezone: 'UTC' }

/** A finding at a window; it began in the one that ended at `since`. */
function finding(column: string, hour: number, status: AlertStatus, since = hour) {
  const event = firedEvent({ kind: 'data', hour })
  return {
    ...event,
    scope: 'member' as const,
    column,
    status,
    members: [{ ...event.members[0], column, since: iso(since) }],
  }
}
const found = (...events: ReturnType<typeof finding>[]) => exclusionsOf(events, PERIOD, () => HOURLY)

describe('periods with broken data', () => {
  test.each<[string, ReturnType<typeof finding>[], [number, number, string][]]>([
    ['none', [], []],
    [
      'one that ended',
      [finding('origin', 20, 'firing'), finding('origin', 26, 'resolved', 20)],
      [[19, 26, 'origin']],
    ],
    ['one that goes on', [finding('origin', 20, 'firing', 18)], [[17, 40, 'origin']]],
    ['one from before the period', [finding('origin', 26, 'resolved', 2)], [[10, 26, 'origin']]],
    ['one that has fired all along', [finding('origin', 5, 'firing')], [[10, 40, 'origin']]],
    ['one that was over before', [finding('origin', 8, 'resolved', 2)], []],
    [
      'several that overlap, and one apart',
      [
        finding('origin', 15, 'resolved', 12),
        finding('unknown_features', 18, 'resolved', 14),
        finding('distance', 30, 'resolved', 25),
      ],
      [
        [11, 18, 'origin, undeclared features'],
        [24, 30, 'distance'],
      ],
    ],
    ['a monitor that fails', [finding('error', 20, 'firing')], []],
    ['one that was only pending', [finding('origin', 20, 'pending')], []],
  ])('%s', (_name, events, expected) => {
    expect(found(...events)).toEqual(
      expected.map(([from, to, reason]) => ({ from: iso(from), to: iso(to), reason })),
    )
  })
})
