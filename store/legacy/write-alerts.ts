import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { insertDeliveries, type DeliveryStatus } from '../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../control/database/control.ts'
import type { Legacy, LegacyRows } from './read.ts'

/**
 * @param tellingSince events that were stored before it are told to nobody any more
 * @returns what was left out, in words
 */
export async function writeAlerts(control: Control, legacy: Legacy, tellingSince: Date): Promise<string[]> {
  const left: string[] = []
  const events = new Map(legacy.alert_events.map((row) => [row.id, row]))
  for (const row of legacy.alert_events) await insertAlertEvents(control, [toEvent(row)])
  for (const row of legacy.deliveries) {
    const { event_id, channel, attempt } = row
    if (events.has(event_id)) await insertDeliveries(control, [toDelivery(row)])
    else left.push(`attempt ${attempt} to deliver the event ${event_id} to "${channel}"`)
  }
  for (const { id, scope, notify, channels, inserted_at } of legacy.alert_events) {
    const isTold = scope === 'alert' && notify === 1 && inserted_at > tellingSince.getTime()
    const others = control.updateTable('outbox').set({ is_open: 0 }).where('event_id', '=', id)
    if (!isTold) await others.execute()
    else if (channels.length > 0) await others.where('channel', 'not in', channels).execute()
  }
  for (const { name: event_id, document, changed_at: acked_at } of legacy.alert_acks)
    if (events.has(event_id))
      await control.insertInto('alert_acks').values({ event_id, document, acked_at }).execute()
    else left.push(`the acknowledgement of the event ${event_id}`)
  for (const silence of legacy.silences) await control.insertInto('silences').values(silence).execute()
  return left
}

function toEvent(row: LegacyRows['alert_events']): AlertEvent {
  const { details, notify, window_end, created_at, inserted_at: _, ...event } = row
  const { members, baseline } = JSON.parse(details) as Pick<AlertEvent, 'members' | 'baseline'>
  return {
    ...(event as Pick<AlertEvent, keyof typeof event & keyof AlertEvent>),
    members,
    baseline,
    windowEnd: new Date(window_end),
    createdAt: new Date(created_at),
    notify: notify === 1,
  }
}

function toDelivery(row: LegacyRows['deliveries']) {
  return {
    eventId: row.event_id,
    channel: row.channel,
    attempt: row.attempt,
    at: new Date(row.at),
    status: row.status as DeliveryStatus,
    messageId: row.message_id,
    httpStatus: row.http_status ?? undefined,
    latencyMs: row.latency_ms ?? undefined,
    error: row.error,
    mutedBy: row.muted_by,
    leftOut: row.left_out,
    nextAttemptAt: row.next_attempt_at === null ? undefined : new Date(row.next_attempt_at),
  }
}
