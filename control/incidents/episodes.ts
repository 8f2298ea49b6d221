import { sql } from 'kysely'
import { EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import type { Severity } from '../../domain/severity.ts'
import type { Control } from '../database/control.ts'

/** An alert from where it began to where it ended or stands. */
export interface Episode {
  /** Id of the event with which it began. */
  alert: string
  /** Id of its newest event. */
  event: string
  model: string
  monitor: string
  kind: string
  /** The highest that it had. */
  severity: Severity
  status: 'firing' | 'resolved'
  /** Of the newest event that told of something new about what fires. */
  summary: string
  /** Ends of the windows of its first and its newest event. */
  firstAt: Date
  lastAt: Date
}

interface EventRow {
  first: string
  id: string
  model: string
  monitor: string
  kind: string
  severity: Severity
  status: string
  reason: string
  summary: string
  window_end: number
}

/** Alerts by the ids of the events with which they began; those whose events are deleted are left out. */
export async function readEpisodes(
  control: Control,
  alerts: readonly string[],
): Promise<Map<string, Episode>> {
  if (alerts.length === 0) return new Map()
  const { rows } = await sql<EventRow>`
    SELECT f.id AS first, e.id, e.model, e.monitor, e.kind, e.severity, e.status, e.reason, e.summary, e.window_end
    FROM alert_events AS f
    JOIN alert_events AS e ON e.monitor = f.monitor AND e.scope = 'alert' AND e.kind = f.kind
      AND e.window_end >= f.window_end
    WHERE f.id IN (${sql.join(alerts)}) AND NOT EXISTS (
      SELECT 1 FROM alert_events AS n
      WHERE n.monitor = f.monitor AND n.scope = 'alert' AND n.kind = f.kind AND n.reason = 'first'
        AND n.window_end > f.window_end AND n.window_end <= e.window_end)
    ORDER BY e.window_end, e.seq, e.id`.execute(control)
  const found = new Map<string, Episode>()
  for (const row of rows) found.set(row.first, after(found.get(row.first), row))
  return found
}

/** What an alert is after one more of its events. */
function after(before: Episode | undefined, row: EventRow): Episode {
  const { first, id, model, monitor, kind, severity, summary } = row
  const at = new Date(Number(row.window_end))
  const fires = row.status === 'firing'
  return {
    alert: first,
    event: id,
    model,
    monitor,
    kind,
    severity: before?.severity === 'critical' ? 'critical' : severity,
    status: fires ? 'firing' : 'resolved',
    summary: before === undefined || (fires && row.reason !== 'repeat') ? summary : before.summary,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
  }
}

/** Alerts of monitors that began in `[from, to)`, in no order. */
export async function episodesBegun(
  control: Control,
  { from, to }: { from: Date; to: Date },
): Promise<Pick<Episode, 'alert' | 'model' | 'monitor' | 'firstAt'>[]> {
  const found = await control
    .selectFrom('alert_events')
    .select(['id', 'model', 'monitor', 'window_end'])
    .where('scope', '=', 'alert')
    .where('reason', '=', 'first')
    .where('kind', '<>', EXPERIMENT_KIND)
    .where('window_end', '>=', from.getTime())
    .where('window_end', '<', to.getTime())
    .execute()
  return found.map(({ id, model, monitor, window_end }) => ({
    alert: id,
    model,
    monitor,
    firstAt: new Date(Number(window_end)),
  }))
}

/** When the first and the newest alert of monitors began, of events and of incidents; undefined where there is none. */
export async function episodesExtent(control: Control): Promise<{ first: Date; newest: Date } | undefined> {
  const begun = await control
    .selectFrom('alert_events')
    .select(({ fn }) => [fn.min('window_end').as('first'), fn.max('window_end').as('newest')])
    .where('scope', '=', 'alert')
    .where('reason', '=', 'first')
    .where('kind', '<>', EXPERIMENT_KIND)
    .executeTakeFirst()
  const kept = await control
    .selectFrom('incident_alerts')
    .select(({ fn }) => [fn.min('first_at').as('first'), fn.max('first_at').as('newest')])
    .where('kind', '<>', EXPERIMENT_KIND)
    .executeTakeFirst()
  const times = [begun, kept].flatMap((one) =>
    [one?.first, one?.newest].flatMap((time) => time ?? []).map(Number),
  )
  return times.length === 0
    ? undefined
    : { first: new Date(Math.min(...times)), newest: new Date(Math.max(...times)) }
}
