import { beforeEach, expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertDeliveries, type DeliveryStatus } from '../../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../../control/database/control.ts'
import { newestAttempts } from '../../../control/operation/channel-attempts.ts'
import { outboxCounts } from '../../../control/operation/outbox-counts.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 0, minute))

function event(n: number, channels: string[]): AlertEvent {
  return {
    id: n.toString(16).padStart(32, '0'), scope: 'alert', monitor: 'm', model: 'm', kind: 'feature', column: '',
    segment: '', version: '', windowEnd: at(n), reason: 'first', status: 'firing', severity: 'warning', summary: '',
    members: [], baseline: '', createdAt: at(n), notify: true, channels,
  } // prettier-ignore
}

describeOnBoth('the outbox in numbers', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
  })
  const deliver = (
    n: number,
    channel: string,
    status: DeliveryStatus,
    attempt: number,
    nextAttemptAt?: Date,
  ) =>
    insertDeliveries(control, [
      {
        eventId: event(n, []).id,
        channel,
        attempt,
        at: at(n + attempt),
        status,
        error: status,
        nextAttemptAt,
      },
    ])

  test('tells what waits, since when, what is tried again and when, and what was given up', async () => {
    expect(await outboxCounts(control)).toMatchObject({ waiting: 0, oldestWaiting: undefined, givenUp: 0 })
    await insertAlertEvents(
      control,
      [1, 2, 3, 4, 5, 6, 7].map((n) => event(n, ['a', 'b'])),
    )
    await deliver(1, 'a', 'delivered', 1)
    await deliver(1, 'b', 'failed', 1, at(40))
    await deliver(2, 'b', 'failed', 1, at(30))
    await deliver(3, 'a', 'silenced', 1)
    await deliver(3, 'b', 'given_up', 1)
    await deliver(4, 'b', 'given_up', 1)
    await deliver(4, 'b', 'replayed', 2)
    expect(await outboxCounts(control)).toEqual({
      // Of 14 six were tried or muted; one of them waits again.
      waiting: 9,
      oldestWaiting: at(2),
      retrying: 2,
      nextAttempt: at(30),
      muted: 1,
      givenUp: 1,
    })
  })

  test('tells of each channel how the newest attempt went, within a time', async () => {
    await insertAlertEvents(
      control,
      [1, 20].map((n) => event(n, ['a', 'b'])),
    )
    await deliver(1, 'a', 'failed', 1)
    await deliver(1, 'a', 'delivered', 2)
    await deliver(1, 'b', 'delivered', 1)
    await deliver(20, 'b', 'failed', 1)
    await deliver(20, 'b', 'silenced', 2)
    const found = await newestAttempts(control, at(0))
    expect(found.map(({ channel, status }) => [channel, status])).toEqual([
      ['a', 'delivered'],
      ['b', 'failed'],
    ])
    expect((await newestAttempts(control, at(10))).map(({ channel }) => channel)).toEqual(['b'])
  })
})
