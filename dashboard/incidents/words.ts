import type { IncidentVerdict } from '../../domain/incident.ts'
import { formatHours } from '../format.ts'
import type { Answer } from '../queries/answer.ts'
import { subjectOf } from '../../domain/words/wording.ts'

type Incident = Answer<'getIncident'>
type IncidentAlert = Incident['alerts'][number]

/** What alerts can turn out to be, as it is said, and what is meant by it. */
export const VERDICTS: Record<IncidentVerdict, { name: string; means: string }> = {
  true_drift: {
    name: 'True drift',
    means: 'The world or its population changed, and the model has to follow.',
  },
  data_fault: { name: 'Data fault', means: 'A pipeline, a unit or a client broke. The alert was right.' },
  false_alarm: { name: 'False alarm', means: 'Nothing happened that anyone needed to know.' },
  other: { name: 'Something else', means: 'Such as a planned test. It does not count towards precision.' },
}

type Timed = Pick<Incident, 'status' | 'started_at' | 'closed_at' | 'alerts'>

/** From the first alert until all had ended or somebody closed it, in words: `7 h`; until now where neither has happened. */
export function durationWords(incident: Timed, now: number): string {
  return formatHours((endOf(incident, now) - Date.parse(incident.started_at)) / 3_600_000)
}

/** When the last of the alerts ended, or else the incident was closed; now where neither has happened. */
export function endOf({ closed_at, alerts }: Omit<Timed, 'status' | 'started_at'>, now: number): number {
  const isOver = alerts.length > 0 && alerts.every(({ status }) => status === 'resolved')
  if (isOver) return Math.max(...alerts.map(({ last_at }) => Date.parse(last_at)))
  return closed_at === null ? now : Date.parse(closed_at)
}

export interface TimelineEntry {
  at: string
  text: string
  /** The alert that it is of. */
  alert?: IncidentAlert
}

/** What happened, newest first: of what has the same time, that of people comes last. */
export function timelineOf(incident: Incident): TimelineEntry[] {
  const entries: TimelineEntry[] = incident.alerts.flatMap((alert) => [
    { at: alert.first_at, text: `${subjectOf(alert.kind)} in ${alert.model} fired`, alert },
    ...(alert.status === 'resolved'
      ? [{ at: alert.last_at, text: `${subjectOf(alert.kind)} in ${alert.model} resolved`, alert }]
      : []),
  ])
  entries.push({ at: incident.created_at, text: `Incident started by ${incident.created_by}` })
  if (incident.closed_at !== null) entries.push({ at: incident.closed_at, text: 'Incident closed' })
  return entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).reverse()
}

/** What an incident of alerts is called until somebody calls it something else. */
export function suggestedTitle(alerts: readonly Pick<IncidentAlert, 'kind' | 'model'>[]): string {
  const models = [...new Set(alerts.map(({ model }) => model))]
  const kinds = [...new Set(alerts.map(({ kind }) => subjectOf(kind)))]
  const what =
    kinds.length > 2
      ? `${alerts.length} alerts`
      : kinds.map((kind, i) => (i === 0 ? kind : lower(kind))).join(' and ')
  return `${what} in ${models.length > 2 ? `${models.length} models` : models.join(' and ')}`
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
