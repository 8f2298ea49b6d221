import { beforeEach, expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { acknowledge, acknowledgements, unacknowledge } from '../../../control/alerting/alert-acks.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { alertEvent, atHour } from '../../support/samples/alert-events.ts'

const first = alertEvent('first', 1)
const repeat = alertEvent('repeat', 2, { reason: 'repeat' })
const again = alertEvent('again', 3, { reason: 'repeat' })
const raised = alertEvent('raised', 4, { reason: 'severity_raised' })
const repeatOfRaised = alertEvent('repeat of raised', 5, { reason: 'repeat' })
const orphan = alertEvent('orphan', 1, { kind: 'label', reason: 'repeat' })

describeOnBoth('acknowledgements', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    await insertAlertEvents(control, [first, repeat, again, raised, repeatOfRaised, orphan])
  })
  const ack = (event: AlertEvent, by = 'Ann') =>
    acknowledge(control, event, { by, comment: 'seen \0', at: atHour(9).toISOString() }, atHour(9))
  const acknowledged = async (...events: AlertEvent[]) =>
    Object.fromEntries([...(await acknowledgements(control, events))].map(([id, { by }]) => [id, by]))

  test('hold for what repeats the news as well, until there is other news', async () => {
    await ack(first)
    expect(await acknowledged(first, repeat, again, raised, repeatOfRaised)).toEqual({
      first: 'Ann',
      repeat: 'Ann',
      again: 'Ann',
    })
    expect((await acknowledgements(control, [first])).get('first')).toEqual({
      by: 'Ann',
      comment: 'seen \0',
      at: atHour(9).toISOString(),
    })
  })

  test('of a repeat are of the news that it repeats', async () => {
    await ack(again)
    await ack(repeatOfRaised, 'Bob')
    expect(await acknowledged(first, repeat, raised)).toEqual({ first: 'Ann', repeat: 'Ann', raised: 'Bob' })
  })

  test('replace earlier ones, and are taken back', async () => {
    await ack(first)
    await ack(repeat, 'Bob')
    expect(await acknowledged(first)).toEqual({ first: 'Bob' })
    await unacknowledge(control, again)
    expect(await acknowledged(first, repeat)).toEqual({})
    await unacknowledge(control, again)
  })

  test('of a repeat of nothing that is known are of itself', async () => {
    await ack(orphan)
    expect(await acknowledged(orphan, first)).toEqual({ orphan: 'Ann' })
    expect(await acknowledged()).toEqual({})
  })
})
