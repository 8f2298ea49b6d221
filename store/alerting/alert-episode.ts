import type { AlertEvent } from './alert-events.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'

/** An alert as it stands at a window. */
type WindowAlert = Pick<AlertEvent, 'monitor' | 'kind' | 'windowEnd'>

/** The id of the event with which the alert of this one began; undefined where it is not known. */
export async function firstEventId(
  store: Store,
  { monitor, kind, windowEnd }: WindowAlert,
): Promise<string | undefined> {
  const [found] = await rows<{ id: string }>(
    store.read,
    `SELECT id FROM alert_events WHERE monitor = ${literal(monitor)} AND scope = 'alert' AND kind = ${literal(kind)}
       AND reason = 'first' AND window_end <= ${hourLiteral(windowEnd)}
     ORDER BY window_end DESC, created_at DESC LIMIT 1`,
  )
  return found?.id
}

/** The channels of all that was told of an alert since it last began, up to the event's window. */
export async function channelsSinceFirst(
  store: Store,
  { monitor, kind, windowEnd }: WindowAlert,
): Promise<string[]> {
  const alert = `monitor = ${literal(monitor)} AND scope = 'alert' AND kind = ${literal(kind)} AND window_end <= ${hourLiteral(windowEnd)}`
  const [{ channels }] = await rows<{ channels: string[] }>(
    store.read,
    `SELECT arraySort(groupUniqArrayArray(channels)) AS channels FROM alert_events WHERE ${alert}
       AND window_end >= (SELECT max(window_end) FROM alert_events WHERE ${alert} AND reason = 'first')`,
  )
  return channels
}
