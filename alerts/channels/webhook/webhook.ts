import { randomUUID } from 'node:crypto'
import type { WebhookSettings } from '../../../control/declared/channels/webhook.ts'
import { callHttp, type HttpContext, type SendOutcome } from '../../http/http.ts'
import { messageId } from '../../message/message-id.ts'
import type { Notifier } from '../notifier.ts'
import { webhookBody } from './body.ts'
import { signatureHeaders } from './signature.ts'

export const webhookNotifier: Notifier<'webhook'> = {
  send: ({ webhook }, events, context) =>
    postWebhook(webhook, { id: messageId(events), body: webhookBody(events, context.link) }, context),
  sendTest({ name, webhook }, text, context) {
    const body = JSON.stringify({
      type: 'channel.test',
      timestamp: context.now.toISOString(),
      data: { channel: name, text },
    })
    return postWebhook(webhook, { id: `test_${randomUUID()}`, body }, context)
  },
}

interface SignedMessage {
  /** The same at every attempt, so that the receiver can tell a repetition. */
  id: string
  body: string
}

/** Posts a body, signed after Standard Webhooks 1.0. Never throws. */
async function postWebhook(
  { url, secret }: WebhookSettings,
  { id, body }: SignedMessage,
  context: HttpContext,
): Promise<SendOutcome> {
  return callHttp({
    ...context,
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'driftgauge',
      ...signatureHeaders(id, context.now, body, [secret].flat()),
    },
    body,
  })
}
