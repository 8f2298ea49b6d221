import { randomUUID } from 'node:crypto'
import { NOT_FOR_ALERTS, type Channel } from '../../store/declared/channel.ts'
import { NO_SERVER } from '../channels/email.ts'
import type { HttpContext, SendOutcome } from '../http/http.ts'
import { postPagerduty } from '../channels/pagerduty.ts'
import { escapeSlack } from '../channels/slack-message.ts'
import { postSlack } from '../channels/slack.ts'
import type { Mailer } from '../channels/smtp.ts'
import { postWebhook } from '../channels/webhook.ts'

export interface TestContext extends HttpContext {
  mailer: Mailer | undefined
}

/** Sends a message that says it is a test, once, and keeps no record of it. Never throws. */
export async function sendTest(channel: Channel, { mailer, ...context }: TestContext): Promise<SendOutcome> {
  const text = `This is a test of channel ${channel.name}, sent by Driftgauge. Nothing is wrong.`
  if ('webhook' in channel) {
    const body = JSON.stringify({
      type: 'channel.test',
      timestamp: context.now.toISOString(),
      data: { channel: channel.name, text },
    })
    return postWebhook({ id: `test_${randomUUID()}`, body, webhook: channel.webhook, ...context })
  }
  if ('slack' in channel) return postSlack(channel.slack, { text: escapeSlack(text) }, context)
  if ('email' in channel) {
    if (mailer === undefined) return { status: 'retryable', latencyMs: 0, error: NO_SERVER }
    const { to, cc, from = mailer.from } = channel.email
    return mailer.send({ from, to, cc, subject: `Test of channel ${channel.name}`, text }, context.signal)
  }
  if ('pagerduty' in channel) return testPagerduty(channel, text, context)
  return { status: 'refused', latencyMs: 0, error: `this channel ${NOT_FOR_ALERTS}` }
}

/** Opens an incident of the lowest severity and closes it at once. */
async function testPagerduty(
  { name, pagerduty }: Extract<Channel, { pagerduty: unknown }>,
  summary: string,
  context: HttpContext,
): Promise<SendOutcome> {
  const dedup_key = `driftgauge/test/${randomUUID()}`
  const payload = { summary, source: name, severity: 'info', timestamp: context.now.toISOString() }
  const opened = await postPagerduty(pagerduty, { event_action: 'trigger', dedup_key, payload }, context)
  if (opened.status !== 'delivered') return opened
  return postPagerduty(pagerduty, { event_action: 'resolve', dedup_key }, context)
}
