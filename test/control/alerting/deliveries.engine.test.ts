import { beforeEach, expect, test } from 'vitest'
import {
  insertDeliveries,
  listDeliveries,
  pendingDeliveries,
  type Delivery,
  type DeliveryFilter,
} from '../../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { lastDelivered } from '../../../control/alerting/last-delivered.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { alertEvent, atHour, memberEvent } from '../../support/samples/alert-events.ts'

const delivery = (eventId: string, attempt: number, extra: Partial<Delivery> = {}): Delivery => ({
  eventId,
  channel: 'team',
  attempt,
  at: atHour(attempt),
  status: 'failed',
  ...extra,
})

describeOnBoth('deliveries', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    await insertAlertEvents(control, [alertEvent('a', 1, { channels: ['team', 'Boss', 'team'] })])
  })
  const deliver = (...deliveries: Delivery[]) => insertDeliveries(control, deliveries)
  const pending = async () => {
    const found = await pendingDeliveries(control)
    return found.map(({ eventId, channel }) => `${eventId} ${channel}`)
  }

  test('are owed by what an event names, once each, and by nothing else', async () => {
    expect(await pending()).toEqual(['a Boss', 'a team'])
    await insertAlertEvents(control, [
      memberEvent('m', 1, 'x', { channels: ['team'] }),
      alertEvent('quiet', 1, { notify: false }),
      alertEvent('nobody', 1, { channels: [] }),
    ])
    expect(await pending()).toEqual(['a Boss', 'a team'])
  })

  test('are owed to those only whom the event names when it is written again', async () => {
    await insertAlertEvents(control, [alertEvent('a', 1, { channels: ['team', 'new'] })])
    expect(await pending()).toEqual(['a new', 'a team'])
    await deliver(delivery('a', 1, { status: 'delivered' }))
    await insertAlertEvents(control, [alertEvent('a', 1, { channels: ['team', 'new'] })])
    expect(await pending()).toEqual(['a new'])
    await insertAlertEvents(control, [alertEvent('a', 1, { channels: [] })])
    expect(await pending()).toEqual([])
  })

  test('remain owed while they fail or are muted, and count their failures since', async () => {
    const state = async () => (await pendingDeliveries(control)).find(({ channel }) => channel === 'team')
    expect(await state()).toMatchObject({
      attempts: 0,
      failures: 0,
      firstAttemptAt: undefined,
      last: undefined,
    })
    await deliver(delivery('a', 1), delivery('a', 2, { nextAttemptAt: atHour(3) }))
    expect(await state()).toEqual({
      eventId: 'a',
      channel: 'team',
      attempts: 2,
      failures: 2,
      firstAttemptAt: atHour(1),
      nextAttemptAt: atHour(3),
      last: { status: 'failed', mutedBy: '' },
    })
    await deliver(delivery('a', 3, { status: 'silenced', mutedBy: 'a silence \0 of Ann' }))
    expect(await state()).toMatchObject({
      attempts: 3,
      failures: 0,
      firstAttemptAt: undefined,
      nextAttemptAt: undefined,
      last: { status: 'silenced', mutedBy: 'a silence \0 of Ann' },
    })
    await deliver(delivery('a', 4))
    expect(await state()).toMatchObject({ failures: 1, firstAttemptAt: atHour(4) })
    await deliver(delivery('a', 5, { status: 'given_up' }))
    expect(await state()).toBeUndefined()
    await deliver(delivery('a', 6, { status: 'replayed' }))
    expect(await state()).toMatchObject({ attempts: 6, failures: 0 })
  })

  test('are read as they were written', async () => {
    const whole = delivery('a', 1, {
      status: 'failed',
      httpStatus: 503,
      latencyMs: 12,
      error: 'it said \0 and \u0001',
      messageId: 'm',
      mutedBy: 'Ann',
      nextAttemptAt: atHour(2),
    })
    await deliver(whole, delivery('a', 2, { status: 'delivered' }))
    const found = await listDeliveries(control, { eventId: 'a', limit: 10 })
    expect(found).toEqual([{ ...delivery('a', 2), status: 'delivered' }, whole])
  })

  test('have each number once, and a batch with one that is taken adds nothing', async () => {
    await deliver(delivery('a', 1))
    await expect(deliver(delivery('a', 2), delivery('a', 1))).rejects.toThrow()
    expect(await listDeliveries(control, { limit: 10 })).toHaveLength(1)
  })

  test('are listed newest first, page by page', async () => {
    await insertAlertEvents(control, [alertEvent('B', 1), alertEvent('_', 1)])
    const at = atHour(9)
    await deliver(
      ...['B', '_', 'a'].flatMap((event) => [1, 2].map((n) => delivery(event, n, { at }))),
      delivery('a', 1, { channel: 'Boss', at, status: 'delivered' }),
      delivery('a', 3, { at: atHour(10), status: 'delivered' }),
    )
    const inOrder = [
      'a team 3',
      'B team 2',
      'B team 1',
      '_ team 2',
      '_ team 1',
      'a Boss 1',
      'a team 2',
      'a team 1',
    ]
    const list = async (filter: Omit<DeliveryFilter, 'limit'>) =>
      (await listDeliveries(control, { ...filter, limit: 100 })).map(named)
    expect(await list({})).toEqual(inOrder)
    expect(await list({ newest: true })).toEqual(['a team 3', 'B team 2', '_ team 2', 'a Boss 1'])
    expect(await list({ status: 'delivered' })).toEqual(['a team 3', 'a Boss 1'])
    expect(await list({ eventId: '_', channel: 'team' })).toEqual(['_ team 2', '_ team 1'])
    const paged: string[] = []
    for (let after: DeliveryFilter['after']; paged.length < inOrder.length;) {
      const page = await listDeliveries(control, { after, limit: 3 })
      paged.push(...page.map(named))
      const last = page.at(-1)!
      after = [last.at.getTime(), last.eventId, last.channel, last.attempt]
    }
    expect(paged).toEqual(inOrder)
  })

  test('tell what each channel was last told of an alert', async () => {
    const told = async () =>
      (await lastDelivered(control, ['daily', 'none'])).map(
        ({ kind, channel, windowEnd, leftOut }) =>
          `${kind} ${channel} ${hourOf(windowEnd)} ${leftOut.join()}`,
      )
    expect(await lastDelivered(control, [])).toEqual([])
    expect(await told()).toEqual([])
    await insertAlertEvents(control, [
      alertEvent('b', 2),
      alertEvent('c', 3),
      alertEvent('l', 2, { kind: 'label' }),
    ])
    await deliver(
      delivery('a', 1, { status: 'delivered', channel: 'Boss' }),
      delivery('a', 1, { status: 'delivered' }),
      delivery('b', 1, { status: 'delivered' }),
      delivery('b', 2, { status: 'delivered', leftOut: ['x\0'] }),
      delivery('c', 1, { status: 'failed' }),
      delivery('l', 1, { status: 'delivered' }),
    )
    expect((await told()).sort()).toEqual(['feature Boss 1 ', 'feature team 2 x\0', 'label team 2 '])
  })
})

const named = ({ eventId, channel, attempt }: Delivery) => `${eventId} ${channel} ${attempt}`
const hourOf = (time: Date) => (time.getTime() - atHour(0).getTime()) / 3_600_000
