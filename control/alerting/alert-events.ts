import { sql, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Control } from '../database/control.ts'
import type { AlertEventRow, ControlTables } from '../database/tables.ts'
import { decodeAlertEvent, type AlertEvent } from './alert-event.ts'

/** The last event of each member and of each alert of a monitor, of windows that ended before `windowEnd`. */
export async function lastEventsBefore(
  control: Control,
  monitor: string,
  windowEnd: Date,
): Promise<AlertEvent[]> {
  return newestOfMembers(control, sql`s.monitor = ${monitor}`, sql`x.window_end < ${windowEnd.getTime()}`)
}

/** The events of a monitor at the window that ended at `windowEnd`, newest first: there are some if it ran before. */
export async function eventsAt(control: Control, monitor: string, windowEnd: Date): Promise<AlertEvent[]> {
  const found = await newestFirst(
    control
      .selectFrom('alert_events')
      .selectAll()
      .where('monitor', '=', monitor)
      .where('window_end', '=', windowEnd.getTime()),
  ).execute()
  return found.map(decodeAlertEvent)
}

/**
 * Whether a monitor has events at the window that ended at `windowEnd`, or anything of it was pending or firing
 * before, of the given kinds or of any. Of events that are equally new an open one counts.
 */
export async function hasOpenEvents(
  control: Control,
  { monitor, windowEnd, kinds }: { monitor: string; windowEnd: Date; kinds?: readonly string[] | undefined },
): Promise<boolean> {
  // PostgreSQL takes no empty list.
  if (kinds?.length === 0) return false
  const among = kinds === undefined ? sql`1 = 1` : sql`s.kind IN (${sql.join(kinds)})`
  const open = sql`x.status IN ('pending', 'firing')`
  const { rows } = await sql<{ id: string }>`
    SELECT e.id FROM alert_states AS s
    JOIN alert_events AS e ON e.id = (
      SELECT x.id FROM alert_events AS x WHERE ${SAME_MEMBER} AND x.window_end <= ${windowEnd.getTime()}
      ORDER BY x.window_end DESC, x.seq DESC, CASE WHEN ${open} THEN 0 ELSE 1 END LIMIT 1)
    WHERE s.monitor = ${monitor} AND ${among}
      AND (e.window_end = ${windowEnd.getTime()} OR e.status IN ('pending', 'firing'))
    LIMIT 1`.execute(control)
  return rows.length > 0
}

/** Events by their ids, newest first; what does not exist is left out. */
export async function findAlertEvents(control: Control, ids: readonly string[]): Promise<AlertEvent[]> {
  if (ids.length === 0) return []
  const found = await newestFirst(
    control.selectFrom('alert_events').selectAll().where('id', 'in', ids),
  ).execute()
  return found.map(decodeAlertEvent)
}

export interface AlertEventFilter {
  scope?: AlertEvent['scope'] | undefined
  model?: string | undefined
  monitor?: string | undefined
  kind?: string | undefined
  /** Windows that ended in `(from, to]`. */
  from?: Date | undefined
  to?: Date | undefined
  limit: number
}

/** Events, newest first. */
export async function listAlertEvents(
  control: Control,
  { limit, from, to, ...equal }: AlertEventFilter,
): Promise<AlertEvent[]> {
  let query = control
    .selectFrom('alert_events')
    .selectAll()
    .limit(Math.max(0, Math.trunc(limit)))
  for (const column of ['scope', 'model', 'monitor', 'kind'] as const)
    if (equal[column] !== undefined) query = query.where(column, '=', equal[column])
  if (from) query = query.where('window_end', '>', from.getTime())
  if (to) query = query.where('window_end', '<=', to.getTime())
  return (await newestFirst(query).execute()).map(decodeAlertEvent)
}

/** Where each alert stands, or each member: its last event, newest first. */
export async function currentAlerts(
  control: Control,
  { from, to, ...equal }: Omit<AlertEventFilter, 'limit'> & { scope: AlertEvent['scope'] },
): Promise<AlertEvent[]> {
  const members = (['scope', 'monitor', 'kind'] as const).flatMap((column) =>
    equal[column] === undefined ? [] : [sql<SqlBool>`${sql.ref(`s.${column}`)} = ${equal[column]}`],
  )
  const events = [
    ...(equal.model === undefined ? [] : [sql<SqlBool>`x.model = ${equal.model}`]),
    ...(from ? [sql<SqlBool>`x.window_end > ${from.getTime()}`] : []),
    ...(to ? [sql<SqlBool>`x.window_end <= ${to.getTime()}`] : []),
  ]
  return newestOfMembers(control, all(members), all(events))
}

/**
 * The last events of members and alerts that are pending or firing, but for those of the given monitors and kinds.
 */
export async function openEventsOutside(
  control: Control,
  pairs: readonly (readonly [monitor: string, kind: string])[],
): Promise<AlertEvent[]> {
  const inside = new Set(pairs.map((pair) => JSON.stringify(pair)))
  const found = await newestFirst(
    control
      .selectFrom('alert_events')
      .selectAll()
      .where('id', 'in', (states) =>
        states.selectFrom('alert_states').select('event_id').where('status', 'in', ['pending', 'firing']),
      ),
  ).execute()
  return found
    .filter(({ monitor, kind }) => !inside.has(JSON.stringify([monitor, kind])))
    .map(decodeAlertEvent)
}

const SAME_MEMBER = sql<SqlBool>`x.monitor = s.monitor AND x.scope = s.scope AND x.kind = s.kind
  AND x."column" = s."column" AND x.segment = s.segment AND x.version = s.version`

const all = (conditions: readonly Expression<SqlBool>[]) =>
  conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(conditions, sql` AND `)}`

/** Of each member `s` that meets `members` the newest event `x` of those that meet `events`; newest first. */
async function newestOfMembers(
  control: Control,
  members: Expression<unknown>,
  events: Expression<unknown>,
): Promise<AlertEvent[]> {
  const { rows } = await sql<AlertEventRow>`
    SELECT e.* FROM alert_states AS s
    JOIN alert_events AS e ON e.id = (
      SELECT x.id FROM alert_events AS x WHERE ${SAME_MEMBER} AND ${events}
      ORDER BY x.window_end DESC, x.seq DESC, x.id LIMIT 1)
    WHERE ${members} ORDER BY e.window_end DESC, e.seq DESC, e.id`.execute(control)
  return rows.map(decodeAlertEvent)
}

type Events<Row> = SelectQueryBuilder<ControlTables, 'alert_events', Row>

const newestFirst = <Row>(query: Events<Row>): Events<Row> =>
  query
    .orderBy('alert_events.window_end', 'desc')
    .orderBy('alert_events.seq', 'desc')
    .orderBy('alert_events.id')
