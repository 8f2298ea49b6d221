import { sql, type RawBuilder } from 'kysely'
import type { Control } from '../database/control.ts'
import { keepIncidentAlerts } from '../incidents/incident-alerts.ts'
import { deletable, type OldRows } from './deletable.ts'
import { hasEnded, held, JOIN_HELD, NOT_HELD } from './ended-alerts.ts'

/**
 * Events of members and alerts that had ended. Where the monitor is still declared the newest of each stays: it says
 * since when windows count towards firing again, and where the alert stands.
 */
const old = (before: Date, columns: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  WITH ${held(before)}
  SELECT ${columns} FROM alert_events AS e ${JOIN_HELD}
  WHERE e.window_end < ${before.getTime()} AND ${NOT_HELD} AND ${hasEnded(before)}
    AND NOT (e.monitor IN (SELECT name FROM monitors)
      AND EXISTS (SELECT 1 FROM alert_states AS s WHERE s.event_id = e.id))`

export const oldAlertEvents: OldRows = {
  async count(control, before) {
    const { rows } = await sql<{ total: number; oldest: number | null }>`
      ${old(before, sql`COUNT(*) AS total, MIN(e.window_end) AS oldest`)}`.execute(control)
    return deletable(rows[0])
  },
  async remove(transaction, before, limit) {
    // The newest of an alert last: what is left of it always ends with its end.
    const { rows } = await sql<{ id: string }>`
      ${old(before, sql`e.id`)} ORDER BY e.window_end, e.seq, e.id DESC LIMIT ${limit}`.execute(transaction)
    if (rows.length > 0)
      await removeEvents(
        transaction,
        rows.map(({ id }) => id),
      )
    return rows.length
  },
}

async function removeEvents(transaction: Control, ids: readonly string[]): Promise<void> {
  await keepIncidentAlerts(transaction, ids)
  for (const table of ['deliveries', 'outbox', 'alert_acks', 'alert_states'] as const)
    await transaction.deleteFrom(table).where('event_id', 'in', ids).execute()
  await transaction.deleteFrom('alert_events').where('id', 'in', ids).execute()
}
