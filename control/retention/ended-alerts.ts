import { sql, type RawBuilder } from 'kysely'

/**
 * Alerts of which events are still needed, as the table `held`: those of windows from `since` on, and all later ones.
 * - What a channel is still to be told of: it is weighed against what the channel was told before.
 * - What was told or tried after the cutoff, so that nothing older comes to look as if it were the newest told.
 * - What a channel was last told of where that is still firing: it is to hear of the next resolution.
 */
export const held = (before: Date): RawBuilder<unknown> => sql`
  held AS MATERIALIZED (
    SELECT monitor, kind, MIN(window_end) AS since FROM (
      SELECT e.monitor, e.kind, 0 AS window_end
      FROM outbox AS o JOIN alert_events AS e ON e.id = o.event_id WHERE o.is_open = 1
      UNION ALL
      SELECT e.monitor, e.kind, e.window_end FROM alert_events AS e JOIN deliveries AS d ON d.event_id = e.id
      WHERE e.window_end < ${before.getTime()} AND d.at >= ${before.getTime()}
      UNION ALL
      SELECT monitor, kind, window_end FROM (
        SELECT e.monitor, e.kind, d.channel, e.status, e.window_end,
          row_number() OVER (PARTITION BY e.monitor, e.kind, d.channel
            ORDER BY e.window_end DESC, e.seq DESC, d.attempt DESC) AS place
        FROM alert_events AS e JOIN deliveries AS d ON d.event_id = e.id AND d.status = 'delivered'
        WHERE e.scope = 'alert') AS told
      WHERE place = 1 AND status = 'firing'
        AND channel IN (SELECT name FROM channels)
        AND monitor IN (
          SELECT name FROM monitors
          UNION ALL SELECT monitor FROM alert_states WHERE status IN ('pending', 'firing'))) AS needed
    GROUP BY monitor, kind)`

/** Joins {@link held} to events `e`. */
export const JOIN_HELD = sql`
  LEFT JOIN held AS h ON h.monitor = e.monitor AND h.kind = e.kind AND e.scope = 'alert'`

/** Of events `e` with {@link JOIN_HELD} those that are not needed. */
export const NOT_HELD = sql`(h.since IS NULL OR e.window_end < h.since)`

/** Of events `e` those after which the member or the alert has ended, before a time if one is given. */
export function hasEnded(before?: Date): RawBuilder<unknown> {
  const inTime = before === undefined ? sql`` : sql`AND c.window_end < ${before.getTime()}`
  return sql`EXISTS (
    SELECT 1 FROM alert_events AS c
    WHERE c.monitor = e.monitor AND c.scope = e.scope AND c.kind = e.kind
      AND c."column" = e."column" AND c.segment = e.segment AND c.version = e.version
      AND c.status IN ('resolved', 'ok') AND c.window_end >= e.window_end ${inTime}
      AND (c.window_end > e.window_end OR c.seq > e.seq OR (c.seq = e.seq AND c.id <= e.id)))`
}
