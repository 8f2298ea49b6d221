import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { AlertEvent } from '../store/alert-events.ts'
import { publicChannel, type Channel } from '../store/channel.ts'
import type { SendOutcome } from './http.ts'
import type { Link } from './message.ts'
import { postWebhook, webhookBody } from './webhook.ts'

export interface SendContext {
  dispatcher: Dispatcher
  link: Link
  now: Date
  signal?: AbortSignal | undefined
}

/** Tells a channel of an event, in the channel's own way. Never throws. */
export async function sendEvent(
  channel: Channel,
  event: AlertEvent,
  { link, ...context }: SendContext,
): Promise<SendOutcome> {
  if (!('webhook' in channel)) return cannot(channel)
  return postWebhook({ id: event.id, body: webhookBody(event, link), webhook: channel.webhook, ...context })
}

/** Sends a message that says it is a test, once, and keeps no record of it. Never throws. */
export async function sendTest(channel: Channel, context: Omit<SendContext, 'link'>): Promise<SendOutcome> {
  if (!('webhook' in channel)) return cannot(channel)
  const body = JSON.stringify({
    type: 'channel.test',
    timestamp: context.now.toISOString(),
    data: { channel: channel.name, text: `A test of the channel ${channel.name}.` },
  })
  return postWebhook({ id: `test_${randomUUID()}`, body, webhook: channel.webhook, ...context })
}

function cannot(channel: Channel): SendOutcome {
  return { status: 'refused', latencyMs: 0, error: `${publicChannel(channel).type} is not supported yet` }
}
