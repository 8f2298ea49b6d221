import { insertObjects, rows } from '../engine/query.ts'
import { array, literal } from '../engine/sql.ts'
import type { AlertMember, AlertStatus } from './alert-events.ts'
import type { Store } from '../engine/client.ts'

/**
 * `failed` will be tried again, `silenced` and `inhibited` are sent once nothing mutes them, and `replayed` is a
 * person's wish to try again. The others are final: `superseded` by a newer event of the same alert, `suppressed`
 * because it resolves what the channel was never told of, `acknowledged` because it repeats what someone looks into.
 */
export const DELIVERY_STATUSES = [
  'delivered',
  'failed',
  'given_up',
  'superseded',
  'suppressed',
  'acknowledged',
  'silenced',
  'inhibited',
  'replayed',
] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** Statuses after which an event is still to be told. */
const OPEN: readonly DeliveryStatus[] = ['failed', 'silenced', 'inhibited', 'replayed']

/** One attempt to tell a channel of an event, or the decision not to. */
export interface Delivery {
  eventId: string
  channel: string
  /** Counts up from 1 within an event and a channel, decisions included. */
  attempt: number
  at: Date
  status: DeliveryStatus
  /** The same for all events that one message told of. */
  messageId?: string | undefined
  httpStatus?: number | undefined
  latencyMs?: number | undefined
  error?: string | undefined
  /** What muted it, in words. */
  mutedBy?: string | undefined
  /** Keys of the members that the message did not list because they were muted. */
  leftOut?: readonly string[] | undefined
  nextAttemptAt?: Date | undefined
}

/** An event that a channel is still to be told of. */
export interface PendingDelivery {
  eventId: string
  channel: string
  /** Rows so far, decisions included. */
  attempts: number
  /** Attempts that failed since it was last muted or replayed, or ever. */
  failures: number
  /** The first of them. */
  firstAttemptAt: Date | undefined
  nextAttemptAt: Date | undefined
  /** How it stands, and what muted it then. */
  last: { status: DeliveryStatus; mutedBy: string } | undefined
}

/** Appends attempts. */
export async function insertDeliveries(store: Store, deliveries: readonly Delivery[]): Promise<void> {
  await insertObjects(
    store.rollup,
    'deliveries',
    deliveries.map((delivery) => ({
      event_id: delivery.eventId,
      channel: delivery.channel,
      attempt: delivery.attempt,
      at: delivery.at.getTime(),
      status: delivery.status,
      message_id: delivery.messageId ?? '',
      muted_by: delivery.mutedBy ?? '',
      left_out: delivery.leftOut ?? [],
      http_status: delivery.httpStatus ?? null,
      latency_ms: delivery.latencyMs ?? null,
      error: delivery.error ?? '',
      next_attempt_at: delivery.nextAttemptAt?.getTime() ?? null,
    })),
  )
}

const optionalDate = (milliseconds: number | null) =>
  milliseconds === null ? undefined : new Date(milliseconds)

/** Events are told within so many days of being stored, or not at all: so a query need not read all that ever was. */
export const OUTBOX_DAYS = 100
const RECENT = `scope = 'alert' AND notify = 1 AND inserted_at > now64(3, 'UTC') - INTERVAL ${OUTBOX_DAYS} DAY`
const STATUSES_OPEN = OPEN.map(literal).join(', ')

/** What remains to be done: each channel of each event of the last {@link OUTBOX_DAYS} that has no final delivery. */
export async function pendingDeliveries(store: Store): Promise<PendingDelivery[]> {
  const found = await rows<{
    id: string
    target: string
    attempts: number
    failures: number
    first: number | null
    next: number | null
    status: DeliveryStatus | ''
    mutedBy: string
  }>(
    store.read,
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
     WHERE ifNull(d.last, '') IN ('', ${STATUSES_OPEN}) ORDER BY id, target`,
  )
  return found.map(({ id, target, attempts, failures, first, next, status, mutedBy }) => ({
    eventId: id,
    channel: target,
    attempts,
    failures,
    firstAttemptAt: failures === 0 ? undefined : optionalDate(first),
    nextAttemptAt: status === 'failed' ? optionalDate(next) : undefined,
    last: status === '' ? undefined : { status, mutedBy },
  }))
}

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

/** What each channel was last told of the alerts of these monitors. */
export async function lastDelivered(store: Store, monitors: readonly string[]): Promise<LastDelivered[]> {
  const ofMonitors = `scope = 'alert' AND monitor IN (${array(monitors.map(literal), 'String')})`
  const found = await rows<
    Omit<LastDelivered, 'windowEnd' | 'createdAt' | 'members'> & {
      ended: number
      created: number
      details: string
    }
  >(
    store.read,
    `SELECT e.monitor AS monitor, e.kind AS kind, d.channel AS channel, e.status AS status,
       e.details AS details, d.left AS leftOut,
       toUnixTimestamp(e.window_end) AS ended, toUnixTimestamp64Milli(e.created_at) AS created
     FROM (SELECT event_id, channel, argMax(left_out, attempt) AS left FROM deliveries
       WHERE status = 'delivered' AND event_id IN (SELECT id FROM alert_events WHERE ${ofMonitors})
       GROUP BY event_id, channel) AS d
     INNER JOIN (SELECT id, monitor, kind, status, details, window_end, created_at FROM alert_events FINAL
       WHERE ${ofMonitors}) AS e ON e.id = d.event_id
     ORDER BY ended DESC, created DESC LIMIT 1 BY monitor, kind, channel`,
  )
  return found.map(({ ended, created, details, ...last }) => ({
    ...last,
    members: (JSON.parse(details) as { members: AlertMember[] }).members,
    windowEnd: new Date(ended * 1000),
    createdAt: new Date(created),
  }))
}

export interface DeliveryFilter {
  eventId?: string | undefined
  channel?: string | undefined
  status?: DeliveryStatus | undefined
  /** Only the newest attempt of each event and channel: how it stands. */
  newest?: boolean | undefined
  /** Attempts that come after it. */
  after?: DeliveryPosition | undefined
  limit: number
}

/** Where a page of attempts ended: the last one's time (epoch milliseconds), event, channel, attempt. */
export type DeliveryPosition = readonly [number, string, string, number]

/** Attempts, newest first. */
export async function listDeliveries(
  store: Store,
  { eventId, channel, status, newest = false, after, limit }: DeliveryFilter,
): Promise<Delivery[]> {
  const source = newest
    ? '(SELECT * FROM deliveries FINAL ORDER BY attempt DESC LIMIT 1 BY event_id, channel)'
    : 'deliveries FINAL'
  const conditions = [
    ...(eventId === undefined ? [] : [`event_id = ${literal(eventId)}`]),
    ...(channel === undefined ? [] : [`channel = ${literal(channel)}`]),
    ...(status === undefined ? [] : [`status = ${literal(status)}`]),
    ...(after === undefined ? [] : [isAfter(after)]),
  ]
  const found = await rows<{
    eventId: string
    target: string
    attempt: number
    sent: number
    status: DeliveryStatus
    http_status: number | null
    latency_ms: number | null
    error: string
    message_id: string
    muted_by: string
    next: number | null
  }>(
    store.read,
    `SELECT event_id AS eventId, channel AS target, attempt, toUnixTimestamp64Milli(at) AS sent, status, http_status,
       latency_ms, error, message_id, muted_by, toUnixTimestamp64Milli(next_attempt_at) AS next
     FROM ${source} ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY at DESC, event_id, channel, attempt DESC LIMIT ${Math.max(0, Math.trunc(limit))}`,
  )
  return found.map((row) => ({
    eventId: row.eventId,
    channel: row.target,
    attempt: row.attempt,
    at: new Date(row.sent),
    status: row.status,
    httpStatus: row.http_status ?? undefined,
    latencyMs: row.latency_ms ?? undefined,
    error: row.error === '' ? undefined : row.error,
    messageId: row.message_id === '' ? undefined : row.message_id,
    mutedBy: row.muted_by === '' ? undefined : row.muted_by,
    nextAttemptAt: optionalDate(row.next),
  }))
}

/** In the order of {@link listDeliveries}: time and attempt descending, names ascending. */
function isAfter([at, eventId, channel, attempt]: DeliveryPosition): string {
  const time = `(toUnixTimestamp64Milli(at), ${Math.trunc(at)})`
  const names = `((event_id, channel), (${literal(eventId)}, ${literal(channel)}))`
  return `(less${time} OR (equals${time} AND (greater${names} OR (equals${names} AND attempt < ${Math.trunc(attempt)}))))`
}
