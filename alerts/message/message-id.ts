import { createHash } from 'node:crypto'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'

/** The id of the message that tells of these events, the same at every attempt: the event's own where it is one. */
export function messageId(events: readonly Pick<AlertEvent, 'id'>[]): string {
  if (events.length === 1) return events[0].id
  const ids = events.map(({ id }) => id).sort()
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32)
}
