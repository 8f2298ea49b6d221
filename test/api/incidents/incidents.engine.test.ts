import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { deleteOld } from '../../../control/retention/retention.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const HOUR = 3_600_000
const START = Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR

let service: TestService
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.call(method, path, body, { authorization: `Bearer ${KEY}`, ...headers })

const idOf = (letter: string) => letter.repeat(32)
const MEMBER = { kind: 'feature', column: 'x', segment: '', version: '', severity: 'warning' } as const
const event = (letter: string, hour: number, extra: Partial<AlertEvent> = {}): AlertEvent => ({
  id: idOf(letter),
  scope: 'alert',
  monitor: 'daily',
  model: 'shop',
  kind: 'feature',
  column: '',
  segment: '',
  version: '',
  windowEnd: new Date(START + hour * HOUR),
  reason: 'first',
  status: 'firing',
  severity: 'warning',
  summary: `summary ${letter}`,
  members: [{ ...MEMBER, since: new Date(START).toISOString() }],
  baseline: undefined,
  createdAt: new Date(START + hour * HOUR),
  notify: true,
  channels: [],
  ...extra,
})
const RESOLVED = { reason: 'all_resolved', status: 'resolved' } as const

beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
  await call('POST', '/models', { name: 'shop', task: 'binary', features: { x: 'numeric' } })
})

beforeEach(async () => {
  const { control } = service.store
  for (const table of ['incident_alerts', 'incidents', 'alert_states', 'alert_events'] as const)
    await control.deleteFrom(table).execute()
  await call('POST', '/monitors', { name: 'daily', model: 'shop' })
  await insertAlertEvents(service.store.control, [
    event('a', 0),
    event('b', 1, { reason: 'severity_raised', severity: 'critical' }),
    event('c', 2, { ...RESOLVED, severity: 'critical' }),
    event('d', 3),
    event('e', 0, { kind: 'label' }),
    event('f', 1, { scope: 'member', reason: 'firing', column: 'x' }),
  ])
})

const start = async (letters: string, title = 'Units') =>
  call('POST', '/incidents', { title, alerts: [...letters].map(idOf) })

test('an incident has each alert whole, named by any of its events', async () => {
  const { status, body, headers } = await start('bae')
  expect(status).toBe(201)
  expect(headers.get('etag')).toBe('"1"')
  expect(body).toMatchObject({ title: 'Units', status: 'open', verdict: null, assignee: null, notes: '' })
  expect(body.started_at).toBe(new Date(START).toISOString())
  expect(body.alerts.map(({ id, event: newest }: Record<string, string>) => [id[0], newest[0]])).toEqual([
    ['a', 'c'],
    ['e', 'e'],
  ])
  expect(body.alerts[0]).toMatchObject({
    model: 'shop',
    monitor: 'daily',
    kind: 'feature',
    severity: 'critical',
    status: 'resolved',
    summary: 'summary b',
    last_at: new Date(START + 2 * HOUR).toISOString(),
  })
  expect((await call('GET', `/incidents/${body.id}`)).body).toEqual(body)
})

test('the alerts say which incident they are in: the episode, not the monitor', async () => {
  const { id } = (await start('a')).body
  const of = async (letter: string) => (await call('GET', `/alerts/${idOf(letter)}`)).body.incident
  expect(await of('a')).toEqual({ id, title: 'Units', status: 'open', verdict: null })
  expect(await of('c')).toMatchObject({ id })
  expect(await of('d'), 'the alert that began later').toBeNull()
  const { alerts } = (await call('GET', '/alerts?history=true')).body
  const inside = alerts.filter(({ incident }: { incident: unknown }) => incident !== null)
  expect(inside.map(({ id }: { id: string }) => id[0]).toSorted()).toEqual(['a', 'b', 'c'])
})

test('an alert is in one incident only, which the refusal names', async () => {
  const { id } = (await start('a')).body
  const refused = await start('ed', 'Second')
  expect(refused.status, 'neither is in the first').toBe(201)
  const conflict = await start('b', 'Third')
  expect(conflict.status).toBe(409)
  expect(conflict.body.detail).toContain(`"Units" (${id})`)
  expect((await call('POST', `/incidents/${refused.body.id}/alerts`, { alerts: [idOf('c')] })).status).toBe(
    409,
  )
  expect((await call('GET', '/incidents')).body.incidents).toHaveLength(2)
  const both = await Promise.all([1, 2].map(() => start('a')))
  expect(both.map(({ status }) => status)).toEqual([409, 409])
})

test('what is no alert is refused, with its place', async () => {
  const unknown = await start('af0')
  expect([unknown.status, unknown.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
    422,
    ['alerts.1', 'alerts.2'],
  ])
  expect((await start('')).status).toBe(400)
})

test('closing needs a verdict, and opening again forgets when it was closed', async () => {
  const { id } = (await start('a')).body
  const path = `/incidents/${id}`
  const refused = await call('PATCH', path, { status: 'closed' })
  expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'verdict'])
  const closed = await call('PATCH', path, { status: 'closed', verdict: 'data_fault', assignee: 'Ann' }, { 'if-match': '"1"' }) // prettier-ignore
  expect(closed.body).toMatchObject({ status: 'closed', verdict: 'data_fault', assignee: 'Ann', revision: 2 })
  expect(closed.body.closed_at).not.toBeNull()
  expect(closed.body.closed_by).toBe(closed.body.changed_by)
  const noted = await call('PATCH', path, { notes: 'kilometres' })
  expect(noted.body.closed_at, 'a note does not close it again').toBe(closed.body.closed_at)
  expect((await call('PATCH', path, { verdict: null })).status).toBe(400)
  expect((await call('PATCH', path, { title: 'late' }, { 'if-match': '"1"' })).status).toBe(412)
  const open = await call('PATCH', path, { status: 'open', assignee: null })
  expect(open.body).toMatchObject({ status: 'open', closed_at: null, verdict: 'data_fault', assignee: null })
  const { entries } = (await call('GET', `/audit?subject=incident&name=${id}`)).body
  expect(entries.map(({ action }: { action: string }) => action)).toEqual([
    'patchIncident',
    'patchIncident',
    'patchIncident',
    'createIncident',
  ])
})

test('alerts are added and taken out, but for the last one', async () => {
  const { id } = (await start('d')).body
  const path = `/incidents/${id}`
  const added = await call('POST', `${path}/alerts`, { alerts: [idOf('a'), idOf('d')] })
  expect(added.body.alerts.map((alert: { id: string }) => alert.id[0])).toEqual(['a', 'd'])
  expect(added.body.started_at, 'it began with the earlier one').toBe(new Date(START).toISOString())
  expect((await call('DELETE', `${path}/alerts/${idOf('e')}`)).status).toBe(404)
  expect((await call('DELETE', `${path}/alerts/${idOf('a')}`)).status).toBe(204)
  expect((await call('GET', path)).body.started_at).toBe(new Date(START + 3 * HOUR).toISOString())
  const last = await call('DELETE', `${path}/alerts/${idOf('d')}`)
  expect([last.status, last.body.detail]).toEqual([409, expect.stringContaining('Remove the incident')])
  expect((await call('DELETE', path)).status).toBe(204)
  expect((await start('d')).status, 'its alert is free again').toBe(201)
})

test('are filtered by status, model and time, open ones first', async () => {
  const first = (await start('a', 'closed one')).body.id
  await start('d', 'open one')
  await call('PATCH', `/incidents/${first}`, { status: 'closed', verdict: 'other' })
  const titles = async (query = '') =>
    (await call('GET', `/incidents${query}`)).body.incidents.map(({ title }: { title: string }) => title)
  expect(await titles()).toEqual(['open one', 'closed one'])
  expect(await titles('?status=closed')).toEqual(['closed one'])
  expect(await titles('?model=shop')).toHaveLength(2)
  expect(await titles('?model=trains')).toEqual([])
  expect(await titles(`?to=${new Date(START + HOUR).toISOString()}`)).toEqual(['closed one'])
  expect(await titles(`?from=${new Date(Date.now() + HOUR).toISOString()}`)).toEqual(['open one'])
  const { body } = await call('GET', '/incidents?limit=1')
  expect((await titles(`?limit=1&cursor=${body.next_cursor}`)) as unknown).toEqual(['closed one'])
})

test('the months count what alerts turned out to be, and what nobody judged as nothing', async () => {
  const summary = async () => (await call('GET', '/incidents/summary?months=2')).body
  const { id } = (await start('a')).body
  expect((await summary()).total).toMatchObject({ alerts: 3, incidents: 1, not_judged: 3, precision: null })
  await call('PATCH', `/incidents/${id}`, { verdict: 'false_alarm' })
  expect((await summary()).total, 'an open incident is not judged').toMatchObject({ not_judged: 3 })
  await call('PATCH', `/incidents/${id}`, { status: 'closed' })
  const { months, monitors, total, complete_from } = await summary()
  expect(months).toHaveLength(2)
  expect(complete_from).toBeNull()
  expect(total).toMatchObject({ alerts: 3, incidents: 1, false_alarm: 1, not_judged: 2 })
  expect(total.precision.value).toBe(0)
  expect(monitors).toMatchObject([{ monitor: 'daily', model: 'shop', declared: true, total }])
  await call('DELETE', '/monitors/daily')
  expect((await summary()).monitors).toMatchObject([{ monitor: 'daily', declared: false, total }])
})

test('the months reach back to data of long ago, and no further than asked', async () => {
  const summary = async (query: string) => (await call('GET', `/incidents/summary?${query}`)).body
  const { newest, first } = await summary('months=2')
  expect(first <= newest).toBe(true)
  const past = await summary('months=2&until=2001-06')
  expect(past.months).toEqual(['2001-05', '2001-06'])
  expect(past.total.alerts).toBe(0)
  const { control } = service.store
  await control
    .updateTable('alert_events')
    .set({ window_end: Date.UTC(2001, 5, 27) })
    .execute()
  const replayed = await summary('months=3')
  expect(replayed.months).toEqual(['2001-04', '2001-05', '2001-06'])
  expect(replayed).toMatchObject({ first: '2001-06', newest: '2001-06', total: { alerts: 3 } })
  expect((await call('GET', '/incidents/summary?until=2001-13')).status).toBe(400)
})

test('keeps what its alerts were when their events are deleted because of their age', async () => {
  await call('DELETE', '/monitors/daily')
  const { id } = (await start('a')).body
  const before = (await call('GET', `/incidents/${id}`)).body
  const { control } = service.store
  while ((await deleteOld(control, 'alerts', new Date(START + 3 * HOUR), { limit: 1 })) > 0);
  expect((await call('GET', `/alerts/${idOf('a')}`)).status).toBe(404)
  expect((await call('GET', `/incidents/${id}`)).body, 'an open one stays').toEqual(before)
  expect((await call('GET', '/incidents/summary')).body.total).toMatchObject({ incidents: 1 })
  await call('PATCH', `/incidents/${id}`, { status: 'closed', verdict: 'true_drift' })
  await deleteOld(control, 'alerts', new Date(Date.now() + HOUR), { limit: 100 })
  expect((await call('GET', `/incidents/${id}`)).status).toBe(404)
  expect(await control.selectFrom('incident_alerts').selectAll().execute()).toEqual([])
})

test('a title and notes are kept as they were written', async () => {
  const title = '<img src=x onerror=alert(1)> {a|b} \u202eevil'
  const { id } = (await start('a', title)).body
  const notes = 'line\nother ${x} \u0007'
  expect((await call('PATCH', `/incidents/${id}`, { notes })).body).toMatchObject({ title, notes })
  for (const wrong of [{ title: ' ' }, { title: 'x'.repeat(201) }, { verdict: 'maybe' }, { status: 'gone' }])
    expect((await call('PATCH', `/incidents/${id}`, wrong)).status).toBe(400)
})
