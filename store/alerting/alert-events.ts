import type { Severity } from '../../domain/severity.ts'
import { insertObjects, rows } from '../engine/query.ts'
import { array, hourLiteral, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** What an alert watches, one by one. `segment` and `version` are empty where they do not apply. */
export interface Member {
  /** A kind of drift, or `data` for a finding about the data itself. */
  kind: string
  column: string
  segment: string
  version: string
}

/**
 * Why a member's event came to be. `lapsed`: it was pending, and never fired. `recomputed`: a window computed again
 * left it in another state than an event of that window says.
 */
export type MemberReason = 'pending' | 'firing' | 'raised' | 'resolved' | 'lapsed' | 'recomputed'
/** Why an alert is told of. `unwatched`: it ends because nothing checks it any longer. */
export type AlertReason =
  'first' | 'new_members' | 'severity_raised' | 'all_resolved' | 'repeat' | 'unwatched'
export type AlertStatus = 'ok' | 'pending' | 'firing' | 'resolved'

/** A member as an event tells of it. */
export interface AlertMember extends Member {
  /** The highest since it fired. */
  severity: Severity
  /** End of the first window that counted towards firing, ISO 8601. */
  since: string
  explanation?: string | undefined
  effect?: number | undefined
  importance?: number | undefined
  /** The result that shows it. */
  resultId?: string | undefined
}

export interface AlertEvent {
  /** Follows from the member or alert, the window and the reason: the same event again has the same id. */
  id: string
  /** `member`: one member's transition. `alert`: the duty to tell of a monitor's kind of drift. */
  scope: 'member' | 'alert'
  monitor: string
  model: string
  kind: string
  /** Empty in the scope `alert`, as are `segment` and `version`. */
  column: string
  segment: string
  version: string
  windowEnd: Date
  reason: MemberReason | AlertReason
  status: AlertStatus
  severity: Severity
  /** One sentence. */
  summary: string
  /** Most severe first; of a resolved alert the members that it had. */
  members: AlertMember[]
  /** What the windows were compared with, in words. */
  baseline: string | undefined
  createdAt: Date
  notify: boolean
  /** Names of the channels that are to be told. */
  channels: string[]
}

const SELECT = `SELECT id, scope, monitor, model, kind, column, segment, version,
  toUnixTimestamp(window_end) AS ended, reason, status, severity, summary, details,
  toUnixTimestamp64Milli(created_at) AS created, notify, channels FROM alert_events FINAL`
const NEWEST_FIRST = 'ORDER BY window_end DESC, created_at DESC, id'
const BY_MEMBER = 'LIMIT 1 BY scope, monitor, kind, column, segment, version'

interface Row extends Omit<AlertEvent, 'windowEnd' | 'createdAt' | 'notify' | 'members' | 'baseline'> {
  ended: number
  created: number
  notify: number
  details: string
}

function decode({ ended, created, notify, details, ...row }: Row): AlertEvent {
  const { members, baseline } = JSON.parse(details) as Pick<AlertEvent, 'members' | 'baseline'>
  return {
    ...row,
    members,
    baseline,
    windowEnd: new Date(ended * 1000),
    createdAt: new Date(created),
    notify: notify === 1,
  }
}

async function read(store: Store, query: string): Promise<AlertEvent[]> {
  return (await rows<Row>(store.read, query)).map(decode)
}

/** Appends events, all or none. */
export async function insertAlertEvents(store: Store, events: readonly AlertEvent[]): Promise<void> {
  await insertObjects(
    store.rollup,
    'alert_events',
    events.map(({ windowEnd, createdAt, notify, members, baseline, ...event }) => ({
      ...event,
      window_end: windowEnd.getTime() / 1000,
      created_at: createdAt.getTime(),
      notify: notify ? 1 : 0,
      details: JSON.stringify({ members, baseline }),
    })),
  )
}

/** The last event of each member and of each alert of a monitor, of windows that ended before `windowEnd`. */
export async function lastEventsBefore(
  store: Store,
  monitor: string,
  windowEnd: Date,
): Promise<AlertEvent[]> {
  return read(
    store,
    `${SELECT} WHERE monitor = ${literal(monitor)} AND window_end < ${hourLiteral(windowEnd)} ${NEWEST_FIRST} ${BY_MEMBER}`,
  )
}

/** The events of a monitor at the window that ended at `windowEnd`, newest first: there are some if it ran before. */
export async function eventsAt(store: Store, monitor: string, windowEnd: Date): Promise<AlertEvent[]> {
  return read(
    store,
    `${SELECT} WHERE monitor = ${literal(monitor)} AND window_end = ${hourLiteral(windowEnd)} ${NEWEST_FIRST}`,
  )
}

/**
 * Whether a monitor has events at the window that ended at `windowEnd`, or anything of it was pending or firing
 * before, of the given kinds or of any. Of events that are equally new an open one counts.
 */
export async function hasOpenEvents(
  store: Store,
  { monitor, windowEnd, kinds }: { monitor: string; windowEnd: Date; kinds?: readonly string[] | undefined },
): Promise<boolean> {
  const among = kinds === undefined ? '' : `AND kind IN (${array(kinds.map(literal), 'String')})`
  const end = hourLiteral(windowEnd)
  const open = `status IN ('pending', 'firing')`
  const [{ n }] = await rows<{ n: number }>(
    store.read,
    `SELECT countIf(window_end = ${end} OR ${open}) AS n
     FROM (SELECT window_end, status FROM alert_events
       WHERE monitor = ${literal(monitor)} ${among} AND window_end <= ${end}
       ORDER BY window_end DESC, created_at DESC, ${open} DESC LIMIT 1 BY scope, kind, column, segment, version)`,
  )
  return n > 0
}

/** Events by their ids, newest first; what does not exist is left out. */
export async function findAlertEvents(store: Store, ids: readonly string[]): Promise<AlertEvent[]> {
  if (ids.length === 0) return []
  return read(store, `${SELECT} WHERE id IN (${ids.map(literal).join(', ')}) ${NEWEST_FIRST}`)
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
  store: Store,
  { limit, ...filter }: AlertEventFilter,
): Promise<AlertEvent[]> {
  return read(store, `${SELECT} ${where(filter)} ${NEWEST_FIRST} LIMIT ${Math.max(0, Math.trunc(limit))}`)
}

/** Where each alert stands, or each member: its last event, newest first. */
export async function currentAlerts(
  store: Store,
  filter: Omit<AlertEventFilter, 'limit'> & { scope: AlertEvent['scope'] },
): Promise<AlertEvent[]> {
  return read(store, `${SELECT} ${where(filter)} ${NEWEST_FIRST} ${BY_MEMBER}`)
}

/**
 * The last events of members and alerts that are pending or firing, but for those of the given monitors and kinds.
 */
export async function openEventsOutside(
  store: Store,
  pairs: readonly (readonly [monitor: string, kind: string])[],
): Promise<AlertEvent[]> {
  const listed = pairs.map(([monitor, kind]) => `(${literal(monitor)}, ${literal(kind)})`).join(', ')
  const outside = pairs.length === 0 ? '' : `WHERE (monitor, kind) NOT IN (${listed})`
  return read(
    store,
    `SELECT * FROM (${SELECT} ${outside} ${NEWEST_FIRST} ${BY_MEMBER}) WHERE status IN ('pending', 'firing')`,
  )
}

function where({ from, to, ...equal }: Omit<AlertEventFilter, 'limit'>): string {
  const conditions = (['scope', 'model', 'monitor', 'kind'] as const).flatMap((column) => {
    const value = equal[column]
    return value === undefined ? [] : [`${column} = ${literal(value)}`]
  })
  if (from) conditions.push(`window_end > ${hourLiteral(from)}`)
  if (to) conditions.push(`window_end <= ${hourLiteral(to)}`)
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
}
