import { MINUTE_MS } from '../../domain/time.ts'
import type { AlertEvent, AlertReason } from '../../control/alerting/alert-event.ts'
import { eventId } from './event-id.ts'
import { alertSummary, memberSummary } from '../message/summary.ts'

/**
 * The events that end what is open of monitors that are gone, or of kinds that they no longer check: of each alert
 * that fired a last one. Pure.
 * @param open the last event of each member and each alert in question, where it is pending or firing
 */
export function endWatch(open: readonly AlertEvent[], now: Date): AlertEvent[] {
  // Where two tries fall into one minute they make the same events.
  const windowEnd = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)
  return open.map((event) => {
    const { scope, monitor, kind, column, segment, version, status } = event
    const key = scope === 'alert' ? [scope, monitor, kind] : [scope, monitor, kind, column, segment, version]
    const reason = scope === 'alert' ? 'unwatched' : status === 'firing' ? 'resolved' : 'lapsed'
    const members = event.members.map((member) => ({
      ...member,
      explanation: 'It is no longer monitored.',
    }))
    const about = { ...event, windowEnd, members }
    return {
      ...about,
      id: eventId(key, windowEnd, reason),
      reason,
      status: reason === 'lapsed' ? 'ok' : 'resolved',
      summary: isAlertReason(reason) ? alertSummary(reason, about) : memberSummary(reason, about),
      createdAt: now,
    }
  })
}

function isAlertReason(reason: 'unwatched' | 'resolved' | 'lapsed'): reason is AlertReason & 'unwatched' {
  return reason === 'unwatched'
}
