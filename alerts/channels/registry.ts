import { channelKind, type AlertChannel, type AlertChannelKind } from '../../control/declared/channel.ts'
import { emailNotifier } from './email/email.ts'
import type { Notifier } from './notifier.ts'
import { pagerdutyNotifier } from './pagerduty/pagerduty.ts'
import { slackNotifier } from './slack/slack.ts'
import { webhookNotifier } from './webhook/webhook.ts'

const NOTIFIERS: { [Kind in AlertChannelKind]: Notifier<Kind> } = {
  webhook: webhookNotifier,
  slack: slackNotifier,
  email: emailNotifier,
  pagerduty: pagerdutyNotifier,
}

/** What sends to a channel. */
export function notifierOf(channel: AlertChannel): Notifier {
  return NOTIFIERS[channelKind(channel)]
}
