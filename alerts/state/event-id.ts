import { createHash } from 'node:crypto'

/** The id of an event: the same for the same member or alert, window and reason, whenever it is computed. */
export function eventId(key: readonly string[], windowEnd: Date, reason: string): string {
  return createHash('sha256')
    .update(JSON.stringify([...key, windowEnd.toISOString(), reason]))
    .digest('hex')
    .slice(0, 32)
}
