import type { Incident } from './incidents.ts'
import { EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import type { IncidentStatus, IncidentVerdict } from '../../domain/incident.ts'
import { firstEventIds } from '../alerting/alert-episode.ts'
import type { Control } from '../database/control.ts'
import { readEpisodes, type Episode } from './episodes.ts'

/** Puts alerts into an incident. Each can be in one only. */
export async function addIncidentAlerts(
  control: Control,
  incident: string,
  episodes: readonly Episode[],
): Promise<void> {
  if (episodes.length === 0) return
  await control
    .insertInto('incident_alerts')
    .values(
      episodes.map((episode) => ({
        alert: episode.alert,
        incident,
        model: episode.model,
        monitor: episode.monitor,
        kind: episode.kind,
        first_at: episode.firstAt.getTime(),
        document: JSON.stringify(episode),
      })),
    )
    .execute()
}

/** Takes an alert out of an incident. */
export async function removeIncidentAlert(control: Control, incident: string, alert: string): Promise<void> {
  await control
    .deleteFrom('incident_alerts')
    .where('incident', '=', incident)
    .where('alert', '=', alert)
    .execute()
}

/** The alerts of incidents by their id, in the order in which they began: as they stand, or as they were last known. */
export async function readIncidentAlerts(
  control: Control,
  incidents: readonly string[],
): Promise<Map<string, Episode[]>> {
  const found = new Map<string, Episode[]>(incidents.map((id) => [id, []]))
  if (incidents.length === 0) return found
  const rows = await control
    .selectFrom('incident_alerts')
    .select(['incident', 'alert', 'document'])
    .where('incident', 'in', incidents)
    .orderBy('first_at')
    .orderBy('alert')
    .execute()
  const episodes = await readEpisodes(
    control,
    rows.map(({ alert }) => alert),
  )
  for (const { incident, alert, document } of rows)
    found.get(incident)?.push(episodes.get(alert) ?? decode(document))
  return found
}

/** The incident that an alert is in. */
export type OwnIncident = Pick<Incident, 'id' | 'title' | 'status' | 'verdict'>

/** The incidents that alerts are in, by the ids of the events with which these began. */
export async function incidentsOfAlerts(
  control: Control,
  alerts: readonly string[],
): Promise<Map<string, OwnIncident>> {
  if (alerts.length === 0) return new Map()
  const rows = await control
    .selectFrom('incident_alerts')
    .innerJoin('incidents', 'incidents.id', 'incident_alerts.incident')
    .select(['incident_alerts.alert', 'incidents.document'])
    .where('incident_alerts.alert', 'in', [...new Set(alerts)])
    .execute()
  return new Map(
    rows.map(({ alert, document }) => {
      const { id, title, status, verdict } = JSON.parse(document) as Incident
      return [alert, { id, title, status, verdict }]
    }),
  )
}

/** The incidents that the alerts of events are in, by the ids of the events. */
export async function incidentsOfEvents(
  control: Control,
  events: readonly { id: string }[],
): Promise<Map<string, OwnIncident>> {
  const firsts = await firstEventIds(
    control,
    events.map(({ id }) => id),
  )
  const incidents = await incidentsOfAlerts(control, [...firsts.values()])
  return new Map(
    [...firsts].flatMap(([id, first]) => {
      const incident = incidents.get(first)
      return incident === undefined ? [] : [[id, incident] as const]
    }),
  )
}

/** An alert of an incident as the months count it. */
export interface JudgedAlert {
  alert: string
  incident: string
  model: string
  monitor: string
  firstAt: Date
  status: IncidentStatus
  verdict: IncidentVerdict | null
}

/** Alerts of monitors and in incidents that began in `[from, to)`, also those whose events are deleted. */
export async function judgedAlerts(
  control: Control,
  { from, to }: { from: Date; to: Date },
): Promise<JudgedAlert[]> {
  const rows = await control
    .selectFrom('incident_alerts')
    .innerJoin('incidents', 'incidents.id', 'incident_alerts.incident')
    .select(['alert', 'incident', 'model', 'monitor', 'first_at', 'incidents.document'])
    .where('kind', '<>', EXPERIMENT_KIND)
    .where('first_at', '>=', from.getTime())
    .where('first_at', '<', to.getTime())
    .execute()
  return rows.map(({ alert, incident, model, monitor, first_at, document }) => {
    const { status, verdict } = JSON.parse(document) as Incident
    return { alert, incident, model, monitor, firstAt: new Date(Number(first_at)), status, verdict }
  })
}

/** To be called before events are deleted: of alerts that began with one of them, an incident keeps how they ended. */
export async function keepIncidentAlerts(control: Control, events: readonly string[]): Promise<void> {
  const rows = await control
    .selectFrom('incident_alerts')
    .select('alert')
    .where('alert', 'in', events)
    .execute()
  const episodes = await readEpisodes(
    control,
    rows.map(({ alert }) => alert),
  )
  for (const episode of episodes.values())
    await control
      .updateTable('incident_alerts')
      .set({ document: JSON.stringify(episode) })
      .where('alert', '=', episode.alert)
      .execute()
}

function decode(document: string): Episode {
  const { firstAt, lastAt, ...rest } = JSON.parse(document) as Episode
  return { ...rest, firstAt: new Date(firstAt), lastAt: new Date(lastAt) }
}
