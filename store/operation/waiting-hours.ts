import type { ClickHouseClient } from '@clickhouse/client'
import { ABANDONED_AFTER_MS, DIRTY_STATES } from '../events/dirty-hours.ts'
import { rows } from '../engine/query.ts'

/** Hours of a model whose rows are stored and not counted yet. */
export interface WaitingHours {
  model: string
  hours: number
  /** Since when the oldest of them waits. */
  since: Date
}

/** What waits for the roll-up, the longest first. */
export async function waitingHours(client: ClickHouseClient, now: Date): Promise<WaitingHours[]> {
  const found = await rows<{ model: string; hours: number; since: number }>(
    client,
    `SELECT model, toFloat64(uniqExact(part, hour)) AS hours, toFloat64(toUnixTimestamp64Milli(min(latest))) AS since FROM (
       SELECT model, part, hour, batch, max(state) AS reached, max(at) AS latest
       FROM dirty_hours GROUP BY model, part, hour, batch)
     WHERE reached = ${DIRTY_STATES.confirmed} OR (reached = ${DIRTY_STATES.announced}
       AND toUnixTimestamp64Milli(latest) < ${now.getTime() - ABANDONED_AFTER_MS})
     GROUP BY model ORDER BY since, model`,
  )
  return found.map(({ since, ...one }) => ({ ...one, since: new Date(since) }))
}
