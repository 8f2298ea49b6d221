import type { IncidentVerdict } from '../../domain/incident.ts'
import { formatCount, formatHours, formatTime } from '../format.ts'
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

/**
 * How long the data of an incident were bad, by the time of the data alone: `7 h`, or `7 h so far` while an alert fires.
 * @param newest end of the newest window of its models
 */
export function durationWords(incident: Timed, newest: number | undefined): string {
  const words = formatHours((endOf(incident, newest) - Date.parse(incident.started_at)) / 3_600_000)
  return isOver(incident) || incident.status === 'closed' ? words : `${words} so far`
}

const isOver = ({ alerts }: Pick<Timed, 'alerts'>) =>
  alerts.length > 0 && alerts.every(({ status }) => status === 'resolved')

/**
 * When the last of the alerts ended; while one fires, the end of the newest window, or when the incident was closed if
 * that was before.
 */
export function endOf(incident: Omit<Timed, 'status'>, newest: number | undefined): number {
  const { started_at, closed_at, alerts } = incident
  const last = Math.max(Date.parse(started_at), ...alerts.map(({ last_at }) => Date.parse(last_at)))
  if (isOver(incident)) return last
  const closed = closed_at === null ? Infinity : Date.parse(closed_at)
  return Math.max(last, Math.min(closed, newest ?? last))
}

/** End of the newest evaluated window of the models of an incident, by which their data are known. */
export function newestOf(
  overview: Pick<Answer<'getOverview'>, 'models'> | undefined,
  { alerts }: Pick<Incident, 'alerts'>,
): number | undefined {
  const ends = (overview?.models ?? []).flatMap(({ model, latest_window_end: end }) =>
    end !== null && alerts.some((alert) => alert.model === model) ? [Date.parse(end)] : [],
  )
  return ends.length === 0 ? undefined : Math.max(...ends)
}

/** `Closed as data fault by Ann, 3 Apr 2001 12:00 UTC`; undefined while it is open. */
export function closedWords({
  closed_at,
  closed_by,
  verdict,
}: Pick<Incident, 'closed_at' | 'closed_by' | 'verdict'>): string | undefined {
  if (closed_at === null) return undefined
  const as = verdict === null ? '' : ` as ${lower(VERDICTS[verdict].name)}`
  return `Closed${as}${closed_by === null ? '' : ` by ${closed_by}`}, ${formatTime(closed_at)}`
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
  if (incident.closed_at !== null)
    entries.push({
      at: incident.closed_at,
      text: `Incident closed${incident.closed_by === null ? '' : ` by ${incident.closed_by}`}`,
    })
  return entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).reverse()
}

/** What an incident of alerts is called until somebody calls it something else. */
export function suggestedTitle(alerts: readonly Pick<IncidentAlert, 'kind' | 'model'>[]): string {
  const models = [...new Set(alerts.map(({ model }) => model))]
  const kinds = [...new Set(alerts.map(({ kind }) => subjectOf(kind)))]
  const what =
    kinds.length > 2
      ? `${formatCount(alerts.length)} alerts`
      : kinds.map((kind, i) => (i === 0 ? kind : lower(kind))).join(' and ')
  return `${what} in ${models.length > 2 ? `${formatCount(models.length)} models` : models.join(' and ')}`
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
