import type { z } from 'zod'
import { recommendation } from '../../alerts/message.ts'
import type { AlertAck } from '../../store/alert-acks.ts'
import type { AlertEvent } from '../../store/alert-events.ts'
import type { Delivery } from '../../store/deliveries.ts'
import type { alertSchema } from '../contract/alerts.ts'
import type { deliverySchema } from '../contract/deliveries.ts'

/** An event of an alert as it is answered. */
export function toAlert(event: AlertEvent, ack: AlertAck | undefined): z.input<typeof alertSchema> {
  const { id, monitor, model, kind, status, severity, reason, summary, channels } = event
  return {
    id,
    monitor,
    model,
    kind,
    status,
    severity,
    reason,
    summary,
    recommendation: recommendation(event),
    window_end: event.windowEnd.toISOString(),
    created_at: event.createdAt.toISOString(),
    baseline: event.baseline ?? null,
    channels,
    members: event.members.map(({ resultId, ...member }) => ({
      ...member,
      ...(resultId !== undefined && { result_id: resultId }),
    })),
    acknowledged: ack ?? null,
  }
}

/** An event of an alert or of one of its members, without the details. */
export function toTransition(event: AlertEvent) {
  const { id, scope, column, segment, version, status, severity, reason, summary } = event
  return {
    id,
    scope,
    column,
    segment,
    version,
    status,
    severity,
    reason,
    summary,
    window_end: event.windowEnd.toISOString(),
    created_at: event.createdAt.toISOString(),
  }
}

/** An attempt to tell a channel of an event. */
export function toDelivery(delivery: Delivery): z.input<typeof deliverySchema> {
  const { eventId, channel, attempt, at, status } = delivery
  return {
    alert: eventId,
    channel,
    attempt,
    at: at.toISOString(),
    status,
    http_status: delivery.httpStatus ?? null,
    latency_ms: delivery.latencyMs ?? null,
    error: delivery.error ?? null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  }
}
