import { beforeEach, describe, expect, test } from 'vitest'
import { channelsSinceFirst, firstEventId } from '../../../control/alerting/alert-episode.ts'
import {
  currentAlerts,
  eventsAt,
  findAlertEvents,
  hasOpenEvents,
  lastEventsBefore,
  listAlertEvents,
  openEventsOutside,
} from '../../../control/alerting/alert-events.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { alertEvent, atHour, memberEvent } from '../../support/samples/alert-events.ts'

const NAMES = ['Z', '_', 'a', 'a\0', 'a\0b', 'a\u0001', 'a\u00010', 'B', 'é', '😀', '\uffff', "'", '"', '%']
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id)

describeOnBoth('events of alerts', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
  })
  const insert = (...events: Parameters<typeof insertAlertEvents>[1]) => insertAlertEvents(control, events)

  test('are read as they were written', async () => {
    const members = [
      { kind: 'feature', column: 'x\0', segment: '', version: '', severity: 'critical', since: atHour(0).toISOString() },
    ] as const // prettier-ignore
    const event = alertEvent('a', 1, {
      summary: 'naïve \0 \u0001 😀',
      members: [...members],
      baseline: undefined,
    })
    await insert(event)
    expect(await findAlertEvents(control, ['a', 'none', "'; --"])).toEqual([event])
    expect(await findAlertEvents(control, [])).toEqual([])
  })

  test('keep members apart whose names differ in any character, and order them by bytes', async () => {
    await insert(...NAMES.map((name, i) => memberEvent(`n${i}`, 1, name, { segment: name, version: name })))
    const current = await currentAlerts(control, { scope: 'member' })
    expect(current.map(({ column, segment, version }) => [column, segment, version]).sort()).toEqual(
      NAMES.map((name) => [name, name, name]).sort(),
    )
    await insert(...NAMES.map((name) => alertEvent(name, 2, { kind: name })))
    const inOrder = NAMES.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const written = ids(await eventsAt(control, 'daily', atHour(2)))
    expect([...written].sort()).toEqual([...NAMES].sort())
    const plain = (names: readonly string[]) => names.filter((name) => !/[\0\u0001]/.test(name))
    expect(plain(written)).toEqual(plain(inOrder))
  })

  test('of one batch are all there or none', async () => {
    const fence = () => Promise.reject(new Error('taken over'))
    await expect(insertAlertEvents(control, [alertEvent('a', 1)], fence)).rejects.toThrow('taken over')
    const broken = alertEvent('b', Number.NaN)
    await expect(insert(alertEvent('a', 1), broken)).rejects.toThrow()
    expect(await listAlertEvents(control, { limit: 10 })).toEqual([])
  })

  test('are listed newest first, those written later before others of the window', async () => {
    await insert(alertEvent('b', 2), alertEvent('a', 2))
    await insert(alertEvent('c', 1), alertEvent('d', 2, { kind: 'label', model: 'risk', monitor: 'other' }))
    const list = async (filter: Omit<Parameters<typeof listAlertEvents>[1], 'limit'>, limit = 10) =>
      ids(await listAlertEvents(control, { ...filter, limit }))
    expect(await list({})).toEqual(['d', 'a', 'b', 'c'])
    expect(await list({}, 2)).toEqual(['d', 'a'])
    expect(await list({}, 0)).toEqual([])
    expect(await list({ kind: 'label' })).toEqual(['d'])
    expect(await list({ model: 'shop' })).toEqual(['a', 'b', 'c'])
    expect(await list({ monitor: 'other', scope: 'alert' })).toEqual(['d'])
    expect(await list({ scope: 'member' })).toEqual([])
    expect(await list({ from: atHour(1), to: atHour(2) })).toEqual(['d', 'a', 'b'])
    expect(await list({ to: atHour(1) })).toEqual(['c'])
    await insert(alertEvent('b', 2))
    expect(await list({})).toEqual(['b', 'd', 'a', 'c'])
  })

  describe('of members', () => {
    beforeEach(async () => {
      await insert(memberEvent('x1', 1, 'x'), memberEvent('y1', 1, 'y'), alertEvent('first', 1))
      await insert(
        memberEvent('x2', 2, 'x', { reason: 'resolved', status: 'resolved' }),
        memberEvent('l2', 2, 'l', { kind: 'label', status: 'firing', reason: 'firing' }),
        memberEvent('o2', 2, 'x', { monitor: 'other' }),
      )
    })

    test('end each with the last one before a window', async () => {
      expect(ids(await lastEventsBefore(control, 'daily', atHour(3)))).toEqual(['l2', 'x2', 'first', 'y1'])
      expect(ids(await lastEventsBefore(control, 'daily', atHour(2)))).toEqual(['first', 'x1', 'y1'])
      expect(await lastEventsBefore(control, 'daily', atHour(1))).toEqual([])
      expect(await lastEventsBefore(control, 'none', atHour(3))).toEqual([])
    })

    test('that are written anew after later ones do not become their newest', async () => {
      await insert(memberEvent('x1', 1, 'x'))
      expect(
        ids(await currentAlerts(control, { scope: 'member', monitor: 'daily', kind: 'feature' })),
      ).toEqual(['x2', 'y1'])
    })

    test('are open where the last one is pending or firing, or one is of the window itself', async () => {
      const open = (hour: number, kinds?: string[], monitor = 'daily') =>
        hasOpenEvents(control, { monitor, windowEnd: atHour(hour), kinds })
      expect(await open(0)).toBe(false)
      expect(await open(1)).toBe(true)
      expect(await open(9)).toBe(true)
      expect(await open(9, ['label'])).toBe(true)
      expect(await open(1, ['label'])).toBe(false)
      expect(await open(9, [])).toBe(false)
      expect(await open(9, undefined, 'none')).toBe(false)
      await insert(
        memberEvent('y3', 3, 'y', { status: 'resolved', reason: 'resolved' }),
        alertEvent('ends', 3, { status: 'resolved', reason: 'all_resolved' }),
      )
      expect(await open(3, ['feature'])).toBe(true)
      expect(await open(4, ['feature'])).toBe(false)
    })

    test('are open outside of what is still watched', async () => {
      const outside = async (...pairs: [string, string][]) => ids(await openEventsOutside(control, pairs))
      expect(await outside()).toEqual(['l2', 'o2', 'first', 'y1'])
      expect(await outside(['daily', 'feature'])).toEqual(['l2', 'o2'])
      expect(await outside(['daily', 'feature'], ['daily', 'label'], ['other', 'feature'])).toEqual([])
    })

    test('stand where their last event within a time is', async () => {
      const stand = async (filter: Partial<Parameters<typeof currentAlerts>[1]>) =>
        ids(await currentAlerts(control, { scope: 'member', ...filter }))
      expect(await stand({})).toEqual(['l2', 'o2', 'x2', 'y1'])
      expect(await stand({ scope: 'alert' })).toEqual(['first'])
      expect(await stand({ to: atHour(1) })).toEqual(['x1', 'y1'])
      expect(await stand({ from: atHour(1), to: atHour(2), monitor: 'daily' })).toEqual(['l2', 'x2'])
      expect(await stand({ model: 'risk' })).toEqual([])
    })
  })

  test('of an alert count from when it last began', async () => {
    await insert(alertEvent('old', 1, { channels: ['boss'] }))
    await insert(alertEvent('end', 2, { reason: 'all_resolved', status: 'resolved' }))
    await insert(alertEvent('new', 3, { channels: ['team', 'B'] }))
    await insert(alertEvent('more', 4, { reason: 'new_members', channels: ['a', 'team'] }))
    await insert(alertEvent('later', 6, { reason: 'repeat', channels: ['late'] }))
    const alert = { monitor: 'daily', kind: 'feature', windowEnd: atHour(5) }
    expect(await firstEventId(control, alert)).toBe('new')
    expect(await channelsSinceFirst(control, alert)).toEqual(['B', 'a', 'team'])
    expect(await firstEventId(control, { ...alert, windowEnd: atHour(2) })).toBe('old')
    expect(await firstEventId(control, { ...alert, kind: 'label' })).toBeUndefined()
    expect(await channelsSinceFirst(control, { ...alert, kind: 'label' })).toEqual([])
  })
})
