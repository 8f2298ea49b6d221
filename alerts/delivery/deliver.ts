import { acknowledgements } from '../../control/alerting/alert-acks.ts'
import { findAlertEvents } from '../../control/alerting/alert-events.ts'
import { channels, type Channel } from '../../control/declared/channel.ts'
import type { Store } from '../../store/engine/client.ts'
import { lastDelivered } from '../../control/alerting/last-delivered.ts'
import {
  DELIVERY_STATUSES,
  insertDeliveries,
  pendingDeliveries,
  type Delivery,
  type DeliveryStatus,
} from '../../control/alerting/deliveries.ts'
import type { SendOutcome } from '../http/http.ts'
import type { Log } from './log.ts'
import { messageId } from '../message/message-id.ts'
import { muteText } from '../muting/mute.ts'
import type { OutboxGroup, OutboxItem, SendItem } from './outbox-item.ts'
import { planOutbox, type OutboxState } from './outbox.ts'
import { readMutes } from '../muting/read-mutes.ts'
import { retrainSentences } from '../retraining/retrain-sentences.ts'
import { nextAttempt } from '../http/retry.ts'
import type { SendContext } from '../channels/notifier.ts'
import { sendEvents } from './send.ts'

export interface DeliverRequest extends Omit<SendContext, 'now'> {
  store: Store
  /** Real time, whatever the evaluation's is. */
  clock: () => Date
  /** Whether messages of a monitor wait, because newer events of it are about to come. */
  isHeld?: (monitor: string) => boolean
  /** Whether sending is still for this process to do; asked before each message. */
  isOurs?: () => Promise<boolean>
  /** In [0, 1). */
  random: () => number
  log: Log
}

/** How many deliveries were recorded, by status. */
export type DeliveryCounts = Record<DeliveryStatus, number>

/**
 * Sends what is due, and records every attempt. At least once: what was sent and not recorded is sent again under
 * the same id. One process does it, one call at a time. Channels do not wait for one another.
 */
export async function deliverPending(request: DeliverRequest): Promise<DeliveryCounts> {
  const { store, clock, isHeld = () => false } = request
  const counts = Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, 0])) as DeliveryCounts
  const items = (await readOutbox(store)).filter(({ event }) => !isHeld(event.monitor))
  if (items.length === 0) return counts
  const { send, drop, mute } = planOutbox(items, await readState(store, items, clock()))
  const record = async (deliveries: Delivery[]) => {
    await insertDeliveries(store.control, deliveries)
    for (const { status } of deliveries) counts[status]++
  }
  await record([
    ...drop.map(({ item, status }) => ({ ...attemptOf(item, clock()), status })),
    ...mute.map(({ item, mute }) => ({
      ...attemptOf(item, clock()),
      status: mute.status,
      mutedBy: muteText(mute),
    })),
  ])
  const declared = new Map((await channels.list(store.control)).map((channel) => [channel.name, channel]))
  const names = [...new Set(send.map(([{ channel }]) => channel))]
  const ended = await Promise.allSettled(
    names.map((name) => {
      const due = send.filter(([{ channel }]) => channel === name)
      return deliverTo(request, declared.get(name), due, record)
    }),
  )
  const failure = ended.find(({ status }) => status === 'rejected')
  if (failure?.status === 'rejected') throw failure.reason
  return counts
}

async function readOutbox(store: Store): Promise<OutboxItem[]> {
  const pending = await pendingDeliveries(store.control)
  const ids = [...new Set(pending.map(({ eventId }) => eventId))]
  const found = await findAlertEvents(store.control, ids)
  const asked = await retrainSentences(store, found)
  const events = new Map(
    found.map((event) => [
      event.id,
      { ...event, summary: [event.summary, asked.get(event.id)].filter(Boolean).join(' ') },
    ]),
  )
  return pending.flatMap((item) => {
    const event = events.get(item.eventId)
    return event === undefined ? [] : [{ ...item, event }]
  })
}

async function readState(store: Store, items: readonly OutboxItem[], now: Date): Promise<OutboxState> {
  const repeats = items.map(({ event }) => event).filter(({ reason }) => reason === 'repeat')
  return {
    delivered: await lastDelivered(store.control, [...new Set(items.map(({ event }) => event.monitor))]),
    ...(await readMutes(store, now)),
    acknowledged: new Set((await acknowledgements(store.control, repeats)).keys()),
    now,
  }
}

async function deliverTo(
  { clock, random, log, dispatcher, link, email, signal, isOurs }: DeliverRequest,
  channel: Channel | undefined,
  groups: readonly OutboxGroup[],
  record: (deliveries: Delivery[]) => Promise<void>,
): Promise<void> {
  for (const group of groups) {
    if (signal?.aborted || (isOurs !== undefined && !(await isOurs()))) return
    const [first, ...others] = group.map(({ event }) => event)
    const outcome: SendOutcome =
      channel === undefined
        ? { status: 'retryable', latencyMs: 0, error: 'no channel with this name is declared' }
        : await sendEvents(channel, [first, ...others], { dispatcher, link, email, now: clock(), signal })
    if (outcome.status === 'aborted') return
    const message = { id: messageId(group.map(({ event }) => event)), now: clock(), random: random() }
    const deliveries = group.map((item) => toDelivery(item, outcome, message))
    await record(deliveries)
    for (const { status, eventId, attempt, httpStatus, error } of deliveries) {
      const fields = { event: eventId, channel: group[0].channel, attempt, httpStatus, error }
      if (status === 'delivered') log.info(fields, 'alert delivered')
      else log.warn(fields, status === 'failed' ? 'alert not delivered, will be retried' : 'alert abandoned')
    }
    // A channel that is down or asks for patience gets no more for now; the rest is due again at the next call.
    if (outcome.status === 'retryable') return
  }
}

function toDelivery(
  item: SendItem,
  outcome: Exclude<SendOutcome, { status: 'aborted' }>,
  { id, now, random }: { id: string; now: Date; random: number },
): Delivery {
  const made = {
    ...attemptOf(item, now),
    messageId: id,
    leftOut: item.leftOut,
    httpStatus: outcome.httpStatus,
    latencyMs: outcome.latencyMs,
  }
  if (outcome.status === 'delivered') return { ...made, status: 'delivered' }
  const { error } = outcome
  if (outcome.status === 'refused') return { ...made, status: 'given_up', error }
  const nextAttemptAt = nextAttempt({
    attempt: item.failures + 1,
    firstAttemptAt: item.firstAttemptAt ?? now,
    now,
    random,
    retryAfter: outcome.retryAfter,
  })
  return nextAttemptAt === undefined
    ? { ...made, status: 'given_up', error: `${error}; no attempts remain within 24 hours of the first one` }
    : { ...made, status: 'failed', error, nextAttemptAt }
}

function attemptOf({ eventId, channel, attempts }: OutboxItem, at: Date) {
  return { eventId, channel, attempt: attempts + 1, at }
}
