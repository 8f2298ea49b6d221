import type { AlertEvent } from '../../store/alerting/alert-events.ts'
import { NOT_FOR_ALERTS, type Channel } from '../../store/declared/channel.ts'
import { sendMail, type EmailContext } from '../channels/email/mail.ts'
import type { HttpContext, SendOutcome } from '../http/http.ts'
import { buildMessage, type Events, type Link } from '../message/message.ts'
import { pagerdutyEvent, postPagerduty } from '../channels/pagerduty/event.ts'
import { slackBody } from '../channels/slack/message.ts'
import { postSlack } from '../channels/slack/slack.ts'
import { postWebhook, webhookBody } from '../channels/webhook/webhook.ts'

export interface SendContext extends HttpContext {
  link: Link
  /** Absent where no mail is sent. */
  email?: EmailContext | undefined
}

/** Tells a channel of events of one model and kind, the most severe first, in the channel's own way. Never throws. */
export async function sendEvents(
  channel: Channel,
  events: Events,
  { link, email, ...context }: SendContext,
): Promise<SendOutcome> {
  if ('webhook' in channel) {
    const { id } = buildMessage(events, link)
    return postWebhook({ id, body: webhookBody(events, link), webhook: channel.webhook, ...context })
  }
  const message = buildMessage(events, link)
  if ('slack' in channel) return postSlack(channel.slack, slackBody(events[0], message), context)
  if ('email' in channel) return sendMail(channel.email, events, message, email, context.signal)
  if ('pagerduty' in channel) {
    // An incident is of one alert, which has a key of its own.
    const outcomes = await eachInTurn(events, (event) =>
      postPagerduty(channel.pagerduty, pagerdutyEvent(event, buildMessage([event], link)), context),
    )
    return outcomes.at(-1)!
  }
  return { status: 'refused', latencyMs: 0, error: `this channel ${NOT_FOR_ALERTS}` }
}

/** Up to the first that is not delivered: sent again, those before it change nothing. */
async function eachInTurn(
  events: Events,
  send: (event: AlertEvent) => Promise<SendOutcome>,
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = []
  for (const event of events) {
    outcomes.push(await send(event))
    if (outcomes.at(-1)?.status !== 'delivered') break
  }
  return outcomes
}
