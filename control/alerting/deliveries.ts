import type { Selectable } from 'kysely'
import { inTransaction, type Control } from '../database/control.ts'
import type { ControlTables } from '../database/tables.ts'

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

/** Appends attempts, and notes in the outbox how each stands now. */
export async function insertDeliveries(control: Control, deliveries: readonly Delivery[]): Promise<void> {
  await inTransaction(control, async (transaction) => {
    for (const delivery of deliveries) await insertDelivery(transaction, delivery)
  })
}

async function insertDelivery(control: Control, delivery: Delivery): Promise<void> {
  const { eventId, channel, attempt, status } = delivery
  const at = delivery.at.getTime()
  const key = { event_id: eventId, channel }
  const before = await control
    .selectFrom('outbox')
    .select(['attempts', 'failures', 'first_failed_at'])
    .where('event_id', '=', eventId)
    .where('channel', '=', channel)
    .executeTakeFirst()
  // Failures are counted since it was last muted or replayed.
  const failed = status === 'failed'
  const state = {
    status,
    is_open: OPEN.includes(status) ? 1 : 0,
    attempts: Math.max(attempt, before?.attempts ?? 0),
    failures: failed ? (before?.failures ?? 0) + 1 : 0,
    first_failed_at: failed ? (before?.failures ? before.first_failed_at : at) : null,
    next_attempt_at: delivery.nextAttemptAt?.getTime() ?? null,
    muted_by: delivery.mutedBy ?? '',
  }
  await control
    .insertInto('outbox')
    .values({ ...key, ...state })
    .onConflict((conflict) => conflict.columns(['event_id', 'channel']).doUpdateSet(state))
    .execute()
  await control
    .insertInto('deliveries')
    .values({
      ...key,
      attempt,
      at,
      status,
      message_id: delivery.messageId ?? '',
      muted_by: delivery.mutedBy ?? '',
      left_out: JSON.stringify(delivery.leftOut ?? []),
      http_status: delivery.httpStatus ?? null,
      latency_ms: delivery.latencyMs ?? null,
      error: delivery.error ?? '',
      next_attempt_at: delivery.nextAttemptAt?.getTime() ?? null,
    })
    .execute()
}

/** What remains to be done: each channel of each event that has no final delivery. */
export async function pendingDeliveries(control: Control): Promise<PendingDelivery[]> {
  const found = await control
    .selectFrom('outbox')
    .selectAll()
    .where('is_open', '=', 1)
    .orderBy('event_id')
    .orderBy('channel')
    .execute()
  return found.map((row) => ({
    eventId: row.event_id,
    channel: row.channel,
    attempts: row.attempts,
    failures: row.failures,
    firstAttemptAt: optionalDate(row.first_failed_at),
    nextAttemptAt: row.status === 'failed' ? optionalDate(row.next_attempt_at) : undefined,
    last: row.status === '' ? undefined : { status: row.status as DeliveryStatus, mutedBy: row.muted_by },
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
  control: Control,
  { eventId, channel, status, newest = false, after, limit }: DeliveryFilter,
): Promise<Delivery[]> {
  let query = control
    .selectFrom('deliveries as d')
    .selectAll('d')
    .limit(Math.max(0, Math.trunc(limit)))
  if (newest)
    query = query.innerJoin('outbox as o', (join) =>
      join
        .onRef('o.event_id', '=', 'd.event_id')
        .onRef('o.channel', '=', 'd.channel')
        .onRef('o.attempts', '=', 'd.attempt'),
    )
  if (eventId !== undefined) query = query.where('d.event_id', '=', eventId)
  if (channel !== undefined) query = query.where('d.channel', '=', channel)
  if (status !== undefined) query = query.where('d.status', '=', status)
  if (after !== undefined) {
    // In the order below: time and attempt descending, names ascending.
    const [at, afterEvent, afterChannel, attempt] = after
    query = query.where((row) =>
      row.or([
        row('d.at', '<', at),
        row.and([row('d.at', '=', at), row('d.event_id', '>', afterEvent)]),
        row.and([
          row('d.at', '=', at),
          row('d.event_id', '=', afterEvent),
          row('d.channel', '>', afterChannel),
        ]),
        row.and([
          row('d.at', '=', at),
          row('d.event_id', '=', afterEvent),
          row('d.channel', '=', afterChannel),
          row('d.attempt', '<', attempt),
        ]),
      ]),
    )
  }
  const found = await query
    .orderBy('d.at', 'desc')
    .orderBy('d.event_id')
    .orderBy('d.channel')
    .orderBy('d.attempt', 'desc')
    .execute()
  return found.map(decode)
}

function decode(row: Selectable<ControlTables['deliveries']>): Delivery {
  return {
    eventId: row.event_id,
    channel: row.channel,
    attempt: row.attempt,
    at: new Date(row.at),
    status: row.status as DeliveryStatus,
    httpStatus: row.http_status ?? undefined,
    latencyMs: row.latency_ms ?? undefined,
    error: row.error === '' ? undefined : row.error,
    messageId: row.message_id === '' ? undefined : row.message_id,
    mutedBy: row.muted_by === '' ? undefined : row.muted_by,
    nextAttemptAt: optionalDate(row.next_attempt_at),
  }
}

const optionalDate = (milliseconds: number | null) =>
  milliseconds === null ? undefined : new Date(milliseconds)
