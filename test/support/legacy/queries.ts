import { rows } from '../../../store/engine/query.ts'
import type { Store } from '../../../store/engine/client.ts'

// Questions of the previous release to its tables, word for word.

const RECENT = `scope = 'alert' AND notify = 1 AND inserted_at > now64(3, 'UTC') - INTERVAL 100 DAY`

export interface LegacyPending {
  id: string
  target: string
  attempts: number
  failures: number
  first: number | null
  next: number | null
  status: string
  mutedBy: string
}

/** What remained to be delivered. */
export const legacyPending = ({ read }: Store): Promise<LegacyPending[]> =>
  rows(
    read,
    `SELECT e.id AS id, e.target AS target, ifNull(d.attempts, 0) AS attempts, ifNull(d.failed, 0) AS failures,
       toUnixTimestamp64Milli(d.first_at) AS first, toUnixTimestamp64Milli(d.next_at) AS next,
       ifNull(d.last, '') AS status, ifNull(d.by, '') AS mutedBy
     FROM (SELECT id, arrayJoin(channels) AS target FROM alert_events FINAL WHERE ${RECENT}) AS e
     LEFT JOIN (
       SELECT event_id, channel, max(attempt) AS attempts, argMax(status, attempt) AS last,
         argMax(muted_by, attempt) AS by, max(next_attempt_at) AS next_at, maxIf(attempt, status != 'failed') AS anew,
         arrayFilter(one -> one.1 > anew, groupArrayIf((attempt, at), status = 'failed')) AS tried,
         arrayMin(arrayMap(one -> one.2, tried)) AS first_at, length(tried) AS failed
       FROM deliveries FINAL WHERE event_id IN (SELECT id FROM alert_events WHERE ${RECENT})
       GROUP BY event_id, channel) AS d
     ON d.event_id = e.id AND d.channel = e.target
     WHERE ifNull(d.last, '') IN ('', 'failed', 'silenced', 'inhibited', 'replayed') ORDER BY id, target`,
  )

const NEWEST_FIRST = 'ORDER BY window_end DESC, created_at DESC, id'

/** Ids of all events, newest first. */
export const legacyEvents = ({ read }: Store): Promise<{ id: string }[]> =>
  rows(read, `SELECT id FROM alert_events FINAL ${NEWEST_FIRST}`)

/** Ids of the newest event of each member and each alert, newest first. */
export const legacyCurrent = ({ read }: Store, scope: 'member' | 'alert'): Promise<{ id: string }[]> =>
  rows(
    read,
    `SELECT id FROM alert_events FINAL WHERE scope = '${scope}' ${NEWEST_FIRST}
     LIMIT 1 BY scope, monitor, kind, column, segment, version`,
  )

/** Attempts, newest first. */
export const legacyDeliveries = ({
  read,
}: Store): Promise<{ eventId: string; channel: string; attempt: number; status: string }[]> =>
  rows(
    read,
    `SELECT event_id AS eventId, channel, attempt, status FROM deliveries FINAL
     WHERE event_id IN (SELECT id FROM alert_events) ORDER BY at DESC, event_id, channel, attempt DESC`,
  )
