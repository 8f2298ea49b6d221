import { insertObjects, rows } from './query.ts'
import { array, literal } from './sql.ts'
import type { Store } from './client.ts'

/**
 * `failed` will be tried again. The others are final: `superseded` by a newer event of the same alert,
 * `suppressed` because it resolves what the channel was never told of.
 */
export type DeliveryStatus = 'delivered' | 'failed' | 'given_up' | 'superseded' | 'suppressed'

/** One attempt to tell a channel of an event, or the decision not to. */
export interface Delivery {
  eventId: string
  channel: string
  /** Counts up from 1 within an event and a channel. */
  attempt: number
  at: Date
  status: DeliveryStatus
  httpStatus?: number | undefined
  latencyMs?: number | undefined
  error?: string | undefined
  nextAttemptAt?: Date | undefined
}

/** An event that a channel is still to be told of. */
export interface PendingDelivery {
  eventId: string
  channel: string
  /** Attempts made so far. */
  attempts: number
  firstAttemptAt: Date | undefined
  nextAttemptAt: Date | undefined
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
      http_status: delivery.httpStatus ?? null,
      latency_ms: delivery.latencyMs ?? null,
      error: delivery.error ?? '',
      next_attempt_at: delivery.nextAttemptAt?.getTime() ?? null,
    })),
  )
}

const optionalDate = (milliseconds: number | null) =>
  milliseconds === null ? undefined : new Date(milliseconds)

/** What remains to be done: each channel of each event that has no final delivery. */
export async function pendingDeliveries(store: Store): Promise<PendingDelivery[]> {
  const found = await rows<{
    id: string
    target: string
    attempts: number | null
    first: number | null
    next: number | null
  }>(
    store.read,
    `SELECT e.id AS id, e.target AS target, d.attempts AS attempts, d.first AS first, d.next AS next
     FROM (SELECT id, arrayJoin(channels) AS target FROM alert_events FINAL WHERE scope = 'alert' AND notify = 1) AS e
     LEFT JOIN (
       SELECT event_id, channel, max(attempt) AS attempts, max(status != 'failed') AS final,
         toUnixTimestamp64Milli(min(at)) AS first, toUnixTimestamp64Milli(max(next_attempt_at)) AS next
       FROM deliveries FINAL GROUP BY event_id, channel) AS d
     ON d.event_id = e.id AND d.channel = e.target
     WHERE ifNull(d.final, 0) = 0 ORDER BY id, target`,
  )
  return found.map(({ id, target, attempts, first, next }) => ({
    eventId: id,
    channel: target,
    attempts: attempts ?? 0,
    firstAttemptAt: optionalDate(first),
    nextAttemptAt: optionalDate(next),
  }))
}

/** The newest event of an alert that a channel was told of. */
export interface LastDelivered {
  monitor: string
  kind: string
  channel: string
  status: string
  windowEnd: Date
  createdAt: Date
}

/** What each channel was last told of the alerts of these monitors. */
export async function lastDelivered(store: Store, monitors: readonly string[]): Promise<LastDelivered[]> {
  const found = await rows<
    Omit<LastDelivered, 'windowEnd' | 'createdAt'> & { ended: number; created: number }
  >(
    store.read,
    `SELECT e.monitor AS monitor, e.kind AS kind, d.channel AS channel, e.status AS status,
       toUnixTimestamp(e.window_end) AS ended, toUnixTimestamp64Milli(e.created_at) AS created
     FROM (SELECT DISTINCT event_id, channel FROM deliveries WHERE status = 'delivered') AS d
     INNER JOIN (SELECT id, monitor, kind, status, window_end, created_at FROM alert_events FINAL
       WHERE scope = 'alert' AND monitor IN (${array(monitors.map(literal), 'String')})) AS e ON e.id = d.event_id
     ORDER BY ended DESC, created DESC LIMIT 1 BY monitor, kind, channel`,
  )
  return found.map(({ ended, created, ...last }) => ({
    ...last,
    windowEnd: new Date(ended * 1000),
    createdAt: new Date(created),
  }))
}

export interface DeliveryFilter {
  eventId?: string | undefined
  channel?: string | undefined
  status?: DeliveryStatus | undefined
  /** Attempts that come after it. */
  after?: DeliveryPosition | undefined
  limit: number
}

/** Where a page of attempts ended: the last one's time (epoch milliseconds), event, channel, attempt. */
export type DeliveryPosition = readonly [number, string, string, number]

/** Attempts, newest first. */
export async function listDeliveries(
  store: Store,
  { eventId, channel, status, after, limit }: DeliveryFilter,
): Promise<Delivery[]> {
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
    next: number | null
  }>(
    store.read,
    `SELECT event_id AS eventId, channel AS target, attempt, toUnixTimestamp64Milli(at) AS sent, status, http_status,
       latency_ms, error, toUnixTimestamp64Milli(next_attempt_at) AS next
     FROM deliveries FINAL ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
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
    nextAttemptAt: optionalDate(row.next),
  }))
}

/** In the order of {@link listDeliveries}: time and attempt descending, names ascending. */
function isAfter([at, eventId, channel, attempt]: DeliveryPosition): string {
  const time = `(toUnixTimestamp64Milli(at), ${Math.trunc(at)})`
  const names = `((event_id, channel), (${literal(eventId)}, ${literal(channel)}))`
  return `(less${time} OR (equals${time} AND (greater${names} OR (equals${names} AND attempt < ${Math.trunc(attempt)}))))`
}
