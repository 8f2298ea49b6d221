import { isAlertChannel, NOT_FOR_ALERTS, type Channel } from '../../control/declared/channel.ts'
import type { SendContext, TestContext } from '../channels/notifier.ts'
import { notifierOf } from '../channels/registry.ts'
import type { SendOutcome } from '../http/http.ts'
import type { Events } from '../message/message.ts'

const REFUSED: SendOutcome = { status: 'refused', latencyMs: 0, error: `this channel ${NOT_FOR_ALERTS}` }

/** Tells a channel of events of one model and kind, the most severe first, in the channel's own way. Never throws. */
export async function sendEvents(
  channel: Channel,
  events: Events,
  context: SendContext,
): Promise<SendOutcome> {
  return isAlertChannel(channel) ? notifierOf(channel).send(channel, events, context) : REFUSED
}

/** Sends a message that says it is a test, once, and keeps no record of it. Never throws. */
export async function sendTest(channel: Channel, context: TestContext): Promise<SendOutcome> {
  if (!isAlertChannel(channel)) return REFUSED
  const text = `This is a test of channel ${channel.name}, sent by Driftgauge. Nothing is wrong.`
  return notifierOf(channel).sendTest(channel, text, context)
}
