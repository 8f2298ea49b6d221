import { sql } from 'kysely'
import type { Control } from '../database/control.ts'
import type { AlertMember, AlertStatus } from './alert-event.ts'

/** The newest event of an alert that a channel was told of. */
export interface LastDelivered {
  monitor: string
  kind: string
  channel: string
  status: AlertStatus
  members: AlertMember[]
  /** Keys of the members that were not listed. */
  leftOut: string[]
  windowEnd: Date
  createdAt: Date
}

interface Row {
  monitor: string
  kind: string
  channel: string
  status: AlertStatus
  details: string
  left_out: string
  window_end: number
  created_at: number
}

/** What each channel was last told of the alerts of these monitors, newest first. */
export async function lastDelivered(control: Control, monitors: readonly string[]): Promise<LastDelivered[]> {
  if (monitors.length === 0) return []
  const { rows } = await sql<Row>`
    SELECT monitor, kind, channel, status, details, left_out, window_end, created_at FROM (
      SELECT e.monitor, e.kind, d.channel, e.status, e.details, d.left_out, e.window_end, e.created_at, e.seq,
        row_number() OVER (PARTITION BY e.monitor, e.kind, d.channel
          ORDER BY e.window_end DESC, e.seq DESC, d.attempt DESC) AS place
      FROM alert_events AS e JOIN deliveries AS d ON d.event_id = e.id AND d.status = 'delivered'
      WHERE e.scope = 'alert' AND e.monitor IN (${sql.join(monitors)})) AS told
    WHERE place = 1 ORDER BY window_end DESC, seq DESC`.execute(control)
  return rows.map(({ details, left_out, window_end, created_at, ...last }) => ({
    ...last,
    members: (JSON.parse(details) as { members: AlertMember[] }).members,
    leftOut: JSON.parse(left_out) as string[],
    windowEnd: new Date(window_end),
    createdAt: new Date(created_at),
  }))
}
