import { sql } from 'kysely'
import type { Control } from '../database/control.ts'
import type { AlertEvent } from './alert-event.ts'

/** That someone looks into an alert. */
export interface AlertAck {
  by: string
  comment: string
  at: string
}

/**
 * Acknowledges what an event tells of, and so what later events merely repeat of it. A second acknowledgement
 * replaces the first.
 */
export async function acknowledge(
  control: Control,
  event: AlertEvent,
  ack: AlertAck,
  now: Date,
): Promise<void> {
  const values = { document: JSON.stringify(ack), acked_at: now.getTime() }
  await control
    .insertInto('alert_acks')
    .values({ event_id: await repeatedEvent(control, event), ...values })
    .onConflict((conflict) => conflict.column('event_id').doUpdateSet(values))
    .execute()
}

/** Takes the acknowledgement back that holds for an event. */
export async function unacknowledge(control: Control, event: AlertEvent): Promise<void> {
  const id = await repeatedEvent(control, event)
  await control.deleteFrom('alert_acks').where('event_id', '=', id).execute()
}

/** The acknowledgements that hold for these events of alerts, by the id of the event. */
export async function acknowledgements(
  control: Control,
  events: readonly AlertEvent[],
): Promise<Map<string, AlertAck>> {
  if (events.length === 0) return new Map()
  const repeated = await repeatedEvents(control, events)
  const found = await control
    .selectFrom('alert_acks')
    .select(['event_id', 'document'])
    .where('event_id', 'in', [...new Set(repeated.values())])
    .execute()
  const acks = new Map(found.map(({ event_id, document }) => [event_id, JSON.parse(document) as AlertAck]))
  return new Map(
    events.flatMap(({ id }) => {
      const ack = acks.get(repeated.get(id)!)
      return ack === undefined ? [] : [[id, ack] as const]
    }),
  )
}

async function repeatedEvent(control: Control, event: AlertEvent): Promise<string> {
  return (await repeatedEvents(control, [event])).get(event.id)!
}

/** For each event the one whose news it repeats: itself unless its reason is `repeat`. */
async function repeatedEvents(control: Control, events: readonly AlertEvent[]): Promise<Map<string, string>> {
  const repeats = events.filter(({ reason }) => reason === 'repeat').map(({ id }) => id)
  const originals = new Map(events.map(({ id }) => [id, id]))
  if (repeats.length === 0) return originals
  const { rows } = await sql<{ id: string; original: string | null }>`
    SELECT r.id, (
      SELECT o.id FROM alert_events AS o
      WHERE o.monitor = r.monitor AND o.kind = r.kind AND o.scope = 'alert' AND o.reason <> 'repeat'
        AND o.window_end <= r.window_end
      ORDER BY o.window_end DESC, o.seq DESC LIMIT 1) AS original
    FROM alert_events AS r WHERE r.id IN (${sql.join(repeats)})`.execute(control)
  for (const { id, original } of rows) if (original !== null) originals.set(id, original)
  return originals
}
