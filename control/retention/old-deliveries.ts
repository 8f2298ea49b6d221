import { sql, type RawBuilder } from 'kysely'
import { deletable, type OldRows } from './deletable.ts'
import { hasEnded, held, JOIN_HELD, NOT_HELD } from './ended-alerts.ts'

/**
 * Attempts to tell of alerts that have ended. The outbox keeps that they were made until the event itself is deleted: an
 * event that is written again is not told again.
 */
const old = (before: Date, columns: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  WITH ${held(before)}
  SELECT ${columns} FROM deliveries AS d JOIN alert_events AS e ON e.id = d.event_id ${JOIN_HELD}
  WHERE d.at < ${before.getTime()} AND ${NOT_HELD} AND ${hasEnded()}`

export const oldDeliveries: OldRows = {
  async count(control, before) {
    const { rows } = await sql<{ total: number; oldest: number | null }>`
      ${old(before, sql`COUNT(*) AS total, MIN(d.at) AS oldest`)}`.execute(control)
    return deletable(rows[0])
  },
  async remove(transaction, before, limit) {
    // What was last told of an alert goes last.
    const { numAffectedRows } = await sql`
      DELETE FROM deliveries WHERE (event_id, channel, attempt) IN (
        ${old(before, sql`d.event_id, d.channel, d.attempt`)}
        ORDER BY e.window_end, e.seq, e.id DESC, d.channel, d.attempt LIMIT ${limit})`.execute(transaction)
    return Number(numAffectedRows ?? 0)
  },
}
