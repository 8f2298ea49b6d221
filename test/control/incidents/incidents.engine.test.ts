import { expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { firstEventIds } from '../../../control/alerting/alert-episode.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { findByExternalId, listAnnotations, putAnnotation } from '../../../control/incidents/annotations.ts'
import { episodesBegun, readEpisodes } from '../../../control/incidents/episodes.ts'
import {
  addIncidentAlerts,
  incidentsOfEvents,
  judgedAlerts,
  keepIncidentAlerts,
  readIncidentAlerts,
} from '../../../control/incidents/incident-alerts.ts'
import { listIncidents, putIncident } from '../../../control/incidents/incidents.ts'
import { countDeletable } from '../../../control/retention/retention.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour))
const event = (id: string, hour: number, extra: Partial<AlertEvent> = {}): AlertEvent => ({
  id,
  scope: 'alert',
  monitor: 'daily',
  model: 'shop',
  kind: 'feature',
  column: '',
  segment: '',
  version: '',
  windowEnd: at(hour),
  reason: 'first',
  status: 'firing',
  severity: 'warning',
  summary: id,
  members: [],
  baseline: undefined,
  createdAt: at(hour),
  notify: true,
  channels: [],
  ...extra,
})
const RESOLVED = { reason: 'all_resolved', status: 'resolved' } as const
const EVENTS = [
  event('a1', 0),
  event('a2', 1, { reason: 'severity_raised', severity: 'critical' }),
  event('a3', 2, RESOLVED),
  event('b1', 3),
  event('other monitor', 1, { monitor: 'hourly' }),
  event('experiment', 1, { monitor: 'v2', kind: 'experiment' }),
]
const incident = {
  id: 'i',
  title: 't',
  status: 'open',
  assignee: null,
  startedAt: at(0),
  closedAt: null,
  closedBy: null,
  verdict: null,
  notes: '',
  createdBy: 'Ann',
  createdAt: at(4),
  changedAt: at(4),
  changedBy: 'Ann',
  revision: 1,
} as const

describeOnBoth('alerts of incidents', (open) => {
  const opened = async () => {
    const control = await open()
    await insertAlertEvents(control, EVENTS)
    return control
  }

  test('go from their first event to the one before the next that is a first', async () => {
    const control = await opened()
    expect([...(await firstEventIds(control, ['a3', 'b1', 'a1']))].toSorted()).toEqual([
      ['a1', 'a1'],
      ['a3', 'a1'],
      ['b1', 'b1'],
    ])
    const episodes = await readEpisodes(control, ['a1', 'b1', 'nothing'])
    expect([...episodes.keys()].toSorted()).toEqual(['a1', 'b1'])
    expect(episodes.get('a1')).toEqual({
      alert: 'a1',
      event: 'a3',
      model: 'shop',
      monitor: 'daily',
      kind: 'feature',
      severity: 'critical',
      status: 'resolved',
      summary: 'a2',
      firstAt: at(0),
      lastAt: at(2),
    })
    expect(episodes.get('b1')).toMatchObject({ event: 'b1', status: 'firing', lastAt: at(3) })
  })

  test('are counted where they began, without those of experiments', async () => {
    const control = await opened()
    const begun = await episodesBegun(control, { from: at(0), to: at(3) })
    expect(begun.map(({ alert }) => alert).toSorted()).toEqual(['a1', 'other monitor'])
  })

  test('are kept as they were known where their events go', async () => {
    const control = await opened()
    await putIncident(control, incident)
    const episodes = await readEpisodes(control, ['a1'])
    const early = { ...episodes.get('a1')!, event: 'a1', status: 'firing', severity: 'warning' } as const
    await addIncidentAlerts(control, 'i', [early])
    const read = async () => (await readIncidentAlerts(control, ['i'])).get('i')
    const live = await read()
    expect(live, 'as they stand').toEqual([episodes.get('a1')])
    expect((await incidentsOfEvents(control, EVENTS)).get('a3')).toMatchObject({ id: 'i', status: 'open' })
    await keepIncidentAlerts(control, ['a1', 'a2'])
    for (const table of ['alert_states', 'alert_events'] as const) await control.deleteFrom(table).execute()
    expect(await read()).toEqual(live)
    expect(await judgedAlerts(control, { from: at(0), to: at(1) })).toMatchObject([
      { alert: 'a1', incident: 'i', monitor: 'daily', firstAt: at(0), status: 'open', verdict: null },
    ])
  })

  test('incidents are listed by when they were open, and age from when they were closed', async () => {
    const control = await opened()
    await putIncident(control, incident)
    await putIncident(control, { ...incident, id: 'j', status: 'closed', startedAt: at(2), closedAt: at(5) })
    await putIncident(control, { ...incident, id: 'k', status: 'closed', closedAt: at(8), revision: 2 })
    const ids = async (filter: Parameters<typeof listIncidents>[1]) =>
      (await listIncidents(control, filter)).map(({ id }) => id)
    expect(await ids({})).toEqual(['i', 'j', 'k'])
    expect(await ids({ from: at(6) })).toEqual(['i', 'k'])
    expect(await ids({ to: at(1) })).toEqual(['i', 'k'])
    expect(await ids({ model: 'shop' })).toEqual([])
    const { alerts } = await countDeletable(control, { alerts: at(7) })
    expect(alerts, 'an ended alert of a monitor that is gone, and the incident').toMatchObject({
      rows: 3 + 1,
    })
  })

  test('annotations are found by period, model and the sender’s id', async () => {
    const control = await opened()
    const annotation = {
      id: 'x',
      externalId: 'build',
      model: null,
      kind: 'holiday',
      text: 'Easter',
      from: at(2),
      to: at(5),
      link: null,
      createdBy: 'Ann',
      createdAt: at(0),
      revision: 1,
    } as const
    await putAnnotation(control, annotation)
    await putAnnotation(control, { ...annotation, id: 'y', externalId: null, model: 'shop', to: null })
    await putAnnotation(control, { ...annotation, id: 'z', externalId: null, model: 'trains', to: null })
    const ids = async (filter: Parameters<typeof listAnnotations>[1]) =>
      (await listAnnotations(control, filter)).map(({ id }) => id)
    expect(await ids({})).toEqual(['x', 'y', 'z'])
    expect(await ids({ model: 'shop' })).toEqual(['x', 'y'])
    expect(await ids({ from: at(4), to: at(9) })).toEqual(['x'])
    expect(await findByExternalId(control, 'build')).toEqual(annotation)
    expect(await findByExternalId(control, 'nothing')).toBeUndefined()
  })
})
