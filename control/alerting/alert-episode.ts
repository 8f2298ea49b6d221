import { sql } from 'kysely'
import type { Control } from '../database/control.ts'
import type { AlertEvent } from './alert-event.ts'

/** An alert as it stands at a window. */
type WindowAlert = Pick<AlertEvent, 'monitor' | 'kind' | 'windowEnd'>

/** The id of the event with which the alert of this one began; undefined where it is not known. */
export async function firstEventId(control: Control, alert: WindowAlert): Promise<string | undefined> {
  return (await firstEvent(control, alert))?.id
}

/** By the ids of events of alerts, the events with which these began; each stands for itself where that is not known. */
export async function firstEventIds(
  control: Control,
  events: readonly string[],
): Promise<Map<string, string>> {
  if (events.length === 0) return new Map()
  const { rows } = await sql<{ id: string; first: string | null }>`
    SELECT r.id, (
      SELECT o.id FROM alert_events AS o
      WHERE o.monitor = r.monitor AND o.scope = 'alert' AND o.kind = r.kind AND o.reason = 'first'
        AND o.window_end <= r.window_end
      ORDER BY o.window_end DESC, o.seq DESC LIMIT 1) AS first
    FROM alert_events AS r WHERE r.id IN (${sql.join(events)})`.execute(control)
  return new Map(rows.map(({ id, first }) => [id, first ?? id]))
}

/** The channels of all that was told of an alert since it last began, up to the event's window. */
export async function channelsSinceFirst(control: Control, alert: WindowAlert): Promise<string[]> {
  const first = await firstEvent(control, alert)
  const found = await eventsUntil(control, alert)
    .select('channels')
    .where('window_end', '>=', first?.window_end ?? 0)
    .execute()
  return [...new Set(found.flatMap(({ channels }) => JSON.parse(channels) as string[]))].sort()
}

function firstEvent(control: Control, alert: WindowAlert) {
  return eventsUntil(control, alert)
    .select(['id', 'window_end'])
    .where('reason', '=', 'first')
    .orderBy('window_end', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function eventsUntil(control: Control, { monitor, kind, windowEnd }: WindowAlert) {
  return control
    .selectFrom('alert_events')
    .where('monitor', '=', monitor)
    .where('scope', '=', 'alert')
    .where('kind', '=', kind)
    .where('window_end', '<=', windowEnd.getTime())
}
