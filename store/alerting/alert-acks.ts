import { documents } from '../engine/documents.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import type { AlertEvent } from './alert-events.ts'
import type { Store } from '../engine/client.ts'

/** That someone looks into an alert. */
export interface AlertAck {
  by: string
  comment: string
  at: string
}

const table = documents<AlertAck>('alert_acks')

/**
 * Acknowledges what an event tells of, and so what later events merely repeat of it. A second acknowledgement
 * replaces the first.
 */
export async function acknowledge(store: Store, event: AlertEvent, ack: AlertAck, now: Date): Promise<void> {
  await table.put(store, await repeatedEvent(store, event), ack, now)
}

/** Takes the acknowledgement back that holds for an event. */
export async function unacknowledge(store: Store, event: AlertEvent, now: Date): Promise<void> {
  await table.remove(store, await repeatedEvent(store, event), now)
}

/** The acknowledgements that hold for these events of alerts, by the id of the event. */
export async function acknowledgements(
  store: Store,
  events: readonly AlertEvent[],
): Promise<Map<string, AlertAck>> {
  if (events.length === 0) return new Map()
  const repeated = await repeatedEvents(store, events)
  const ids = [...new Set(repeated.values())]
  const found = await rows<{ name: string; document: string }>(
    store.read,
    `SELECT name, document FROM alert_acks FINAL WHERE removed = 0 AND name IN (${ids.map(literal).join(', ')})`,
  )
  const acks = new Map(found.map(({ name, document }) => [name, JSON.parse(document) as AlertAck]))
  return new Map(
    events.flatMap(({ id }) => {
      const ack = acks.get(repeated.get(id)!)
      return ack === undefined ? [] : [[id, ack] as const]
    }),
  )
}

async function repeatedEvent(store: Store, event: AlertEvent): Promise<string> {
  return (await repeatedEvents(store, [event])).get(event.id)!
}

/** For each event the one whose news it repeats: itself unless its reason is `repeat`. */
async function repeatedEvents(store: Store, events: readonly AlertEvent[]): Promise<Map<string, string>> {
  const repeats = events.filter(({ reason }) => reason === 'repeat').map(({ id }) => literal(id))
  const originals = new Map(events.map(({ id }) => [id, id]))
  if (repeats.length === 0) return originals
  const found = await rows<{ id: string; original: string }>(
    store.read,
    `SELECT r.id AS id, argMax(o.id, (o.window_end, o.created_at)) AS original
     FROM (SELECT id, monitor, kind, window_end FROM alert_events WHERE id IN (${repeats.join(', ')})) AS r
     INNER JOIN (SELECT id, monitor, kind, window_end, created_at FROM alert_events
       WHERE scope = 'alert' AND reason != 'repeat') AS o ON o.monitor = r.monitor AND o.kind = r.kind
     WHERE o.window_end <= r.window_end GROUP BY id`,
  )
  for (const { id, original } of found) originals.set(id, original)
  return originals
}
