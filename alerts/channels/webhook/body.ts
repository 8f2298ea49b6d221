import { buildMessage, type Events, type Link } from '../../message/message.ts'

/** The body that tells of events of one model and kind. The same at every attempt. */
export function webhookBody(events: Events, link: Link): string {
  const { id, title, text, recommendation, link: url, members, more } = buildMessage(events, link)
  const [event] = events
  return JSON.stringify({
    type: `alert.${event.status}`,
    timestamp: event.createdAt.toISOString(),
    data: {
      id,
      monitor: event.monitor,
      model: event.model,
      kind: event.kind,
      owner: event.owner,
      promoted: event.promoted,
      status: event.status,
      severity: event.severity,
      reason: event.reason,
      window_end: event.windowEnd.toISOString(),
      baseline: event.baseline,
      title,
      text,
      recommendation,
      link: url,
      members: members.map(({ kind: _kind, resultId, ...member }) => ({ ...member, result_id: resultId })),
      more_members: more,
    },
  })
}
