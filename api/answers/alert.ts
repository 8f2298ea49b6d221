import type { z } from 'zod'
import { recommendation } from '../../alerts/message/message.ts'
import { memberName } from '../../alerts/message/wording.ts'
import { muteOf, muteText, type Mute, type Mutes } from '../../alerts/muting/mute.ts'
import type { AlertAck } from '../../control/alerting/alert-acks.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { OwnIncident } from '../../control/incidents/incident-alerts.ts'
import type { Delivery } from '../../control/alerting/deliveries.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { alertSchema } from '../contract/alerting/alerts.ts'
import type { deliverySchema } from '../contract/alerting/deliveries.ts'

/** What is known of an event beside what it says itself. */
export interface AlertStanding {
  ack: AlertAck | undefined
  incident: OwnIncident | undefined
  mutes: Mutes
  /** Alerts on data as they stand: a finding tells of when it began to fire only. */
  dataAlerts: readonly AlertEvent[]
  now: Date
}

/** An event of an alert as it is answered. */
export function toAlert(
  event: AlertEvent,
  { ack, incident, mutes, dataAlerts, now }: AlertStanding,
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
    recommendation: advice(event, mutes, now),
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
    ...mutings(event, mutes, dataAlerts, now),
    incident: incident ?? null,
  }
}

type Inhibition = Mute & { status: 'inhibited' }
const isInhibition = (mute: Mute): mute is Inhibition => mute.status === 'inhibited'

function mutesOf(event: AlertEvent, mutes: Mutes, now: Date): Mute[] {
  const members = event.status === 'firing' ? event.members : []
  return members.flatMap((member) => muteOf(event, member, mutes, now) ?? [])
}

/** What to do; of drift that only follows from a data problem, what to do about that. */
function advice(event: AlertEvent, mutes: Mutes, now: Date): string {
  const inhibitions = mutesOf(event, mutes, now).filter(isInhibition)
  const [first] = inhibitions
  if (first === undefined || inhibitions.length < event.members.length) return recommendation(event)
  const { kind, members } = first.finding
  return `This follows from a data problem. ${recommendation({ status: 'firing', kind, members })}`
}

/** The newest event of the alert that a finding belongs to, while it fires. */
const alertOf = (finding: AlertEvent, dataAlerts: readonly AlertEvent[]): AlertEvent | undefined =>
  dataAlerts.find(({ monitor, status }) => monitor === finding.monitor && status === 'firing')

/** What a finding says in the newest event of its alert, else in its own. */
function currentSummary(finding: AlertEvent, dataAlerts: readonly AlertEvent[]): string {
  const [{ column, finding: what }] = finding.members
  const alert = alertOf(finding, dataAlerts)
  const member = alert?.members.find((one) => one.column === column && one.finding === what)
  if (member?.explanation === undefined) return finding.summary
  return `${memberName(member)} of monitor ${finding.monitor}, since ${formatInstant(member.since)}: ${member.explanation}`
}

/** By what messages on an alert are muted; of one that does not fire there are none to be muted. */
function mutings(event: AlertEvent, mutes: Mutes, dataAlerts: readonly AlertEvent[], now: Date) {
  const found = mutesOf(event, mutes, now)
  const silences = found.flatMap((mute) => (mute.status === 'silenced' ? [mute.silence] : []))
  const inhibitions = found.filter(isInhibition)
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
            alert: alertOf(inhibition.finding, dataAlerts)?.id ?? null,
            summary: currentSummary(inhibition.finding, dataAlerts),
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
