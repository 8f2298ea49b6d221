import type { z } from 'zod'
import { recommendation } from '../../alerts/message/message.ts'
import { muteOf, muteText, type Mute, type Mutes } from '../../alerts/muting/mute.ts'
import type { AlertAck } from '../../control/alerting/alert-acks.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { OwnIncident } from '../../control/incidents/incident-alerts.ts'
import type { Delivery } from '../../control/alerting/deliveries.ts'
import type { alertSchema } from '../contract/alerting/alerts.ts'
import type { deliverySchema } from '../contract/alerting/deliveries.ts'

/** What is known of an event beside what it says itself. */
export interface AlertStanding {
  ack: AlertAck | undefined
  incident: OwnIncident | undefined
  mutes: Mutes
  now: Date
}

/** An event of an alert as it is answered. */
export function toAlert(
  event: AlertEvent,
  { ack, incident, mutes, now }: AlertStanding,
): z.input<typeof alertSchema> {
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
    owner: event.owner ?? null,
    window_end: event.windowEnd.toISOString(),
    created_at: event.createdAt.toISOString(),
    baseline: event.baseline ?? null,
    channels,
    members: event.members.map(({ resultId, explainsDrift, ...member }) => ({
      ...member,
      ...(explainsDrift !== undefined && { explains_drift: explainsDrift }),
      ...(resultId !== undefined && { result_id: resultId }),
    })),
    acknowledged: ack ?? null,
    ...mutings(event, mutes, now),
    incident: incident ?? null,
  }
}

/** By what messages on an alert are muted; of one that does not fire there are none to be muted. */
function mutings(event: AlertEvent, mutes: Mutes, now: Date) {
  const members = event.status === 'firing' ? event.members : []
  const found = members.flatMap((member) => muteOf(event, member, mutes, now) ?? [])
  const silences = found.flatMap((mute) => (mute.status === 'silenced' ? [mute.silence] : []))
  const inhibitions = found.filter(
    (mute): mute is Mute & { status: 'inhibited' } => mute.status === 'inhibited',
  )
  const last = silences.toSorted((a, b) => b.end.getTime() - a.end.getTime()).at(0)
  const [inhibition] = inhibitions
  return {
    silenced:
      last === undefined
        ? null
        : {
            id: last.id,
            author: last.author,
            comment: last.comment,
            end: last.end.toISOString(),
            members: silences.length,
          },
    inhibited:
      inhibition === undefined
        ? null
        : {
            by: muteText(inhibition),
            summary: inhibition.finding.summary,
            members: inhibitions.length,
          },
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
    id: `${eventId}:${channel}:${attempt}`,
    alert: eventId,
    channel,
    attempt,
    at: at.toISOString(),
    status,
    message_id: delivery.messageId ?? null,
    muted_by: delivery.mutedBy ?? null,
    http_status: delivery.httpStatus ?? null,
    latency_ms: delivery.latencyMs ?? null,
    error: delivery.error ?? null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  }
}
