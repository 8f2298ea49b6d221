import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { AlertEvent } from '../store/alert-events.ts'
import type { Channel } from '../store/channel.ts'
import type { SendOutcome } from './http.ts'
import { messageId } from './message-id.ts'
import type { Link } from './message.ts'
import { postWebhook, webhookBody } from './webhook.ts'

export interface SendContext {
  dispatcher: Dispatcher
  link: Link
  now: Date
  signal?: AbortSignal | undefined
}

/** Tells a channel of events of one model and kind, the most severe first, in the channel's own way. Never throws. */
export async function sendEvents(
  channel: Channel,
  events: readonly [AlertEvent, ...AlertEvent[]],
  { link, ...context }: SendContext,
): Promise<SendOutcome> {
  const members = events.flatMap((event) => event.members)
  const body = webhookBody({ ...events[0], id: messageId(events), members }, link)
  return postWebhook({ id: messageId(events), body, webhook: channel.webhook, ...context })
}

/** Sends a message that says it is a test, once, and keeps no record of it. Never throws. */
export async function sendTest(channel: Channel, context: Omit<SendContext, 'link'>): Promise<SendOutcome> {
  const body = JSON.stringify({
    type: 'channel.test',
    timestamp: context.now.toISOString(),
    data: { channel: channel.name, text: `A test of the channel ${channel.name}.` },
  })
  return postWebhook({ id: `test_${randomUUID()}`, body, webhook: channel.webhook, ...context })
}
