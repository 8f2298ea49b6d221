import { createHmac } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { secretKey, type WebhookSettings } from '../../../store/declared/channels/webhook.ts'
import { callHttp, type SendOutcome } from '../../http/http.ts'
import { buildMessage, type Events, type Link } from '../../message/message.ts'

export interface WebhookCall {
  /** The same at every attempt, so that the receiver can tell a repetition. */
  id: string
  body: string
  webhook: WebhookSettings
  dispatcher: Dispatcher
  /** Real time: receivers refuse a timestamp that is minutes away from theirs. */
  now: Date
  signal?: AbortSignal | undefined
}

/** Posts a body, signed after Standard Webhooks 1.0. Never throws. */
export async function postWebhook({
  id,
  body,
  webhook,
  dispatcher,
  now,
  signal,
}: WebhookCall): Promise<SendOutcome> {
  return callHttp({
    url: webhook.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'driftgauge',
      ...signatureHeaders(id, now, body, [webhook.secret].flat()),
    },
    body,
    dispatcher,
    now,
    signal,
  })
}

/** The three headers of Standard Webhooks; a signature for each secret, so that secrets can be rotated. */
export function signatureHeaders(id: string, now: Date, body: string, secrets: readonly string[]) {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

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
