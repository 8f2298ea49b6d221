import { documents } from './documents.ts'
import { rows } from './query.ts'
import { literal } from './sql.ts'
import type { Store } from './client.ts'

/** That someone has seen an event of an alert. */
export interface AlertAck {
  by: string
  comment: string
  at: string
}

const table = documents<AlertAck>('alert_acks')

/** Acknowledges an event; a second one replaces the first. */
export async function acknowledge(store: Store, eventId: string, ack: AlertAck, now: Date): Promise<void> {
  await table.put(store, eventId, ack, now)
}

/** The acknowledgements of these events, by the id of the event. */
export async function acknowledgements(
  store: Store,
  eventIds: readonly string[],
): Promise<Map<string, AlertAck>> {
  if (eventIds.length === 0) return new Map()
  const found = await rows<{ name: string; document: string }>(
    store.read,
    `SELECT name, document FROM alert_acks FINAL WHERE removed = 0 AND name IN (${eventIds.map(literal).join(', ')})`,
  )
  return new Map(found.map(({ name, document }) => [name, JSON.parse(document) as AlertAck]))
}
