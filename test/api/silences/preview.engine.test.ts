import { beforeAll, expect, test } from 'vitest'
import type { AlertMember } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { alertEvent } from '../../support/samples/alert-events.ts'
import { testService, type TestService } from '../../support/service.ts'

let service: TestService
const member = (column: string): AlertMember => ({
  kind: 'feature',
  column,
  segment: '',
  version: '',
  severity: 'critical',
  since: '2026-01-05T00:00:00.000Z',
})
const id = (letter: string) => letter.repeat(32)

beforeAll(async () => {
  service = await testService()
  await insertAlertEvents(service.store.control, [
    // The newest event of an alert says what it is about now.
    alertEvent(id('a'), 1, { members: [member('amount')] }),
    alertEvent(id('b'), 2, { reason: 'new_members', members: [member('amount'), member('country')] }),
    alertEvent(id('c'), 2, { monitor: 'hourly', status: 'resolved', reason: 'all_resolved', members: [member('amount')] }), // prettier-ignore
    alertEvent(id('d'), 2, { monitor: 'other', model: 'flights', members: [member('distance')] }),
  ])
})

const preview = async (...matchers: { field: string; op?: string; value: string }[]) =>
  (await service.call('POST', '/silences/preview', { matchers })).body
const columns = (members: { column: string }[]) => members.map(({ column }) => column)

test('a silence of one column says that the other one of the alert is still sent', async () => {
  const found = await preview({ field: 'model', value: 'shop' }, { field: 'column', value: 'amount' })
  expect(found).toMatchObject({ firing: 1, beside: 1, earlier: 1 })
  expect(columns(found.members)).toEqual(['amount'])
})

test('a silence of a model mutes all that fires of it', async () => {
  const found = await preview({ field: 'model', op: 'glob', value: 'sh*' })
  expect(found).toMatchObject({ firing: 2, beside: 0, earlier: 1 })
  expect(columns(found.members).sort()).toEqual(['amount', 'country'])
})

test('what matches nothing says so, and nothing is created', async () => {
  expect(await preview({ field: 'model', value: 'shpo' })).toEqual({
    firing: 0,
    beside: 0,
    earlier: 0,
    members: [],
  })
  expect((await service.call('GET', '/silences')).body.silences).toEqual([])
  const refused = await service.call('POST', '/silences/preview', { matchers: [] })
  expect(refused.status).toBe(400)
})
