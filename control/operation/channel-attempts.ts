import { sql } from 'kysely'
import type { Control } from '../database/control.ts'

/** The newest attempt to tell a channel of something. */
export interface ChannelAttempt {
  channel: string
  at: Date
  status: 'delivered' | 'failed' | 'given_up'
  error: string
}

/** Of each channel the newest attempt since a time. */
export async function newestAttempts(control: Control, since: Date): Promise<ChannelAttempt[]> {
  const { rows } = await sql<{
    channel: string
    at: number
    status: ChannelAttempt['status']
    error: string
  }>`SELECT channel, at, status, error FROM (
      SELECT channel, at, status, error,
        row_number() OVER (PARTITION BY channel ORDER BY at DESC, event_id, attempt DESC) AS place
      FROM deliveries WHERE at >= ${since.getTime()} AND status IN ('delivered', 'failed', 'given_up')) AS newest
    WHERE place = 1 ORDER BY channel`.execute(control)
  return rows.map(({ at, ...attempt }) => ({ ...attempt, at: new Date(at) }))
}
