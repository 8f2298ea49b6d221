import { beforeEach, expect, test } from 'vitest'
import { acknowledge } from '../../../control/alerting/alert-acks.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { insertDeliveries, pendingDeliveries, type Delivery } from '../../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../../control/database/control.ts'
import { LeaseLost } from '../../../control/database/lease.ts'
import { countDeletable, deleteOld } from '../../../control/retention/retention.ts'
import { alertEvent, atHour, memberEvent } from '../../support/samples/alert-events.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { declare, deleteAll } from './declared.ts'

const over = { reason: 'all_resolved', status: 'resolved' } as const
const gone = { monitor: 'gone' } as const
const BEFORE = atHour(100)

describeOnBoth('the retention of alerts', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    await declare(control)
  })

  const store = async (...events: AlertEvent[]) => {
    for (const event of events) await insertAlertEvents(control, [event])
  }
  const tell = (eventId: string, hour: number, extra: Partial<Delivery> = {}) =>
    insertDeliveries(control, [
      { eventId, channel: 'team', attempt: 1, at: atHour(hour), status: 'delivered', ...extra },
    ])
  const left = async () => {
    const events = await control.selectFrom('alert_events').select('id').orderBy('id').execute()
    return events.map(({ id }) => id).join(' ')
  }
  const attempts = async () => {
    const found = await control
      .selectFrom('deliveries')
      .selectAll()
      .orderBy('event_id')
      .orderBy('attempt')
      .execute()
    return found.map((row) => `${row.event_id}${row.attempt}`).join(' ')
  }
  const rowsOf = async (table: 'alert_states' | 'alert_acks' | 'outbox' | 'deliveries') =>
    (await control.selectFrom(table).selectAll().execute()).length

  test('deletes an alert that ended, with all that belongs to it', async () => {
    const first = alertEvent('a', 1, gone)
    await store(
      first,
      alertEvent('b', 2, { ...gone, reason: 'repeat' }),
      alertEvent('c', 3, { ...gone, ...over }),
    )
    for (const [id, hour] of [['a', 1], ['b', 2], ['c', 3]] as const) await tell(id, hour) // prettier-ignore
    await acknowledge(control, first, { by: 'Ann', comment: '', at: '' }, atHour(1))
    expect(await countDeletable(control, { alerts: BEFORE })).toEqual({
      alerts: { rows: 3, oldest: atHour(1) },
      deliveries: { rows: 0, oldest: undefined },
      audit: { rows: 0, oldest: undefined },
    })
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(3)
    expect(await left()).toBe('')
    for (const table of ['alert_states', 'alert_acks', 'outbox', 'deliveries'] as const)
      expect(await rowsOf(table)).toBe(0)
  })

  test('keeps the newest event of what a declared monitor watches', async () => {
    await store(
      alertEvent('a', 1, { notify: false }),
      alertEvent('b', 2, { ...over, notify: false }),
      memberEvent('m', 1, 'x'),
      memberEvent('n', 2, 'x', { reason: 'lapsed', status: 'ok' }),
    )
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(2)
    expect(await left()).toBe('b n')
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(0)
    expect((await currentAlerts(control, { scope: 'alert' })).map(({ id }) => id)).toEqual(['b'])
  })

  test('keeps all of what fires or is pending, however old, and deletes what had ended before that began', async () => {
    const quiet = { ...gone, notify: false }
    await store(
      alertEvent('a', 1, quiet),
      alertEvent('b', 2, { ...quiet, ...over }),
      alertEvent('c', 3, quiet),
      alertEvent('d', 4, { ...quiet, reason: 'repeat' }),
      memberEvent('m', 1, 'x', gone),
      memberEvent('n', 2, 'x', { ...gone, reason: 'lapsed', status: 'ok' }),
      memberEvent('o', 3, 'x', gone),
    )
    await deleteAll(control, 'alerts', BEFORE)
    expect(await left()).toBe('c d o')
  })

  test('keeps all of an alert that ended after the cutoff', async () => {
    await store(
      alertEvent('a', 1, { ...gone, notify: false }),
      alertEvent('b', 100, { ...gone, ...over, notify: false }),
    )
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(0)
    expect(await deleteAll(control, 'alerts', atHour(100.5))).toBe(2)
  })

  test('begins with the oldest, so that the end of an alert is never deleted before the rest', async () => {
    // Written in the order in which windows are computed again.
    const quiet = { ...gone, notify: false }
    await store(
      alertEvent('c', 3, { ...quiet, ...over }),
      alertEvent('a', 1, quiet),
      alertEvent('b', 3, { ...quiet, reason: 'new_members' }),
      alertEvent('d', 3, { ...quiet, ...over }),
    )
    const seen = []
    while ((await deleteOld(control, 'alerts', BEFORE, { limit: 1 })) > 0) seen.push(await left())
    expect(seen).toEqual(['b c d', 'b d', 'd', ''])
  })

  test('keeps an alert while a channel is still to be told of it', async () => {
    await store(alertEvent('a', 1, gone), alertEvent('b', 2, { ...gone, ...over }))
    await tell('a', 1)
    await tell('b', 2, { status: 'silenced' })
    for (const kind of ['alerts', 'deliveries'] as const)
      expect(await deleteAll(control, kind, BEFORE)).toBe(0)
    expect(await pendingDeliveries(control)).toHaveLength(1)
    await tell('b', 3, { attempt: 2 })
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(2)
  })

  test('keeps an alert of which a channel was told after the cutoff', async () => {
    await store(alertEvent('a', 1, gone), alertEvent('b', 2, { ...gone, ...over }))
    await tell('a', 101)
    await tell('b', 2, { status: 'suppressed' })
    for (const kind of ['alerts', 'deliveries'] as const)
      expect(await deleteAll(control, kind, BEFORE)).toBe(0)
  })

  test('keeps what a channel was last told of while it takes the alert to be firing', async () => {
    await store(alertEvent('a', 1), alertEvent('b', 2, { reason: 'repeat' }), alertEvent('c', 3, over))
    await tell('a', 1)
    await tell('b', 2)
    await tell('c', 3, { status: 'given_up' })
    expect(await deleteAll(control, 'deliveries', BEFORE)).toBe(1)
    expect(await attempts()).toBe('b1 c1')
    await deleteAll(control, 'alerts', BEFORE)
    expect(await left()).toBe('b c')
    await store(alertEvent('d', 4), alertEvent('e', 5, over))
    await tell('d', 4, { status: 'superseded' })
    await tell('e', 5)
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(3)
    expect(await left()).toBe('e')
  })

  test('does so for a monitor that is no longer declared as long as something of it fires', async () => {
    await store(alertEvent('a', 1, gone), alertEvent('b', 2, { ...gone, ...over }), alertEvent('c', 3, gone))
    await tell('a', 1)
    for (const id of ['b', 'c']) await tell(id, 3, { status: 'given_up' })
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(0)
    await store(alertEvent('d', 4, { ...gone, ...over, notify: false }))
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(4)
  })

  test('deletes what a channel was last told of where it is no longer declared', async () => {
    await store(
      alertEvent('a', 1, { channels: ['former'] }),
      alertEvent('b', 2, { ...over, channels: ['former'] }),
    )
    await tell('a', 1, { channel: 'former' })
    await tell('b', 2, { channel: 'former', status: 'given_up' })
    expect(await deleteAll(control, 'deliveries', BEFORE)).toBe(2)
  })

  test('deletes deliveries of alerts that ended, and an event that is written again is not told again', async () => {
    const events = [alertEvent('a', 1), alertEvent('b', 2, over), alertEvent('c', 99)]
    await store(...events)
    await tell('a', 1, { status: 'failed' })
    await tell('a', 2, { attempt: 2 })
    await tell('b', 3)
    await tell('c', 99)
    expect((await countDeletable(control, { deliveries: BEFORE })).deliveries).toEqual({
      rows: 3,
      oldest: atHour(1),
    })
    expect(await deleteAll(control, 'deliveries', BEFORE)).toBe(3)
    expect(await attempts()).toBe('c1')
    expect(await deleteAll(control, 'deliveries', BEFORE)).toBe(0)
    await store(...events)
    expect(await pendingDeliveries(control)).toEqual([])
  })

  test('deletes nothing where the lease is lost', async () => {
    await store(alertEvent('a', 1, gone), alertEvent('b', 2, { ...gone, ...over }))
    await tell('a', 1)
    await tell('b', 2)
    const fence = () => Promise.reject(new LeaseLost('worker'))
    for (const kind of ['alerts', 'deliveries', 'audit'] as const)
      await expect(deleteOld(control, kind, BEFORE, { limit: 10, fence })).rejects.toThrow(LeaseLost)
    expect([await left(), await attempts()]).toEqual(['a b', 'a1 b1'])
  })

  test('calls the fence in the transaction that deletes', async () => {
    const fence = (transaction: Control) => {
      expect(transaction.isTransaction).toBe(true)
      return Promise.resolve()
    }
    expect(await deleteOld(control, 'alerts', BEFORE, { limit: 10, fence })).toBe(0)
  })
})
