import { createHash } from 'node:crypto'
import { z } from 'zod'
import { emailSchema, emailView, type EmailSettings } from './channels/email.ts'
import { githubSchema, githubView, type GithubSettings } from './channels/github.ts'
import { pagerdutySchema, pagerdutyView, type PagerdutySettings } from './channels/pagerduty.ts'
import { slackSchema, slackView, type SlackSettings } from './channels/slack.ts'
import type { ChannelType, ChannelView } from './channels/view.ts'
import { webhookSchema, webhookView, type WebhookSettings } from './channels/webhook.ts'
import { documents } from '../engine/documents.ts'
import { nameSchema } from './model.ts'

const SETTINGS = {
  webhook: webhookSchema.optional(),
  slack: slackSchema.optional(),
  email: emailSchema.optional(),
  pagerduty: pagerdutySchema.optional(),
  github: githubSchema.optional(),
} satisfies Record<ChannelType, z.ZodType>

export const CHANNEL_TYPES = Object.keys(SETTINGS) as ChannelType[]

/** Where alerts go. */
export type AlertChannel = { name: string } & (
  | { webhook: WebhookSettings }
  | { slack: SlackSettings }
  | { email: EmailSettings }
  | { pagerduty: PagerdutySettings }
)

/** A channel has the settings of exactly one type, under its name. One of `github` is a target of retraining only. */
export type Channel = AlertChannel | { name: string; github: GithubSettings }

export const channelSchema = z
  .strictObject({ name: nameSchema, ...SETTINGS })
  .superRefine((declared, context) => {
    const given = CHANNEL_TYPES.filter((type) => declared[type] !== undefined)
    if (given.length === 1) return
    const found = given.length === 0 ? '' : `, not ${given.join(' and ')}`
    context.addIssue({
      code: 'custom',
      message: `a channel is one of ${CHANNEL_TYPES.join(', ')}${found}`,
    })
  })
  .transform((declared) => declared as Channel)

/** The declared channels, by name. */
export const channels = documents<Channel>('channels')

/** Whether alerts can be sent to it. */
export function isAlertChannel(channel: Channel): channel is AlertChannel {
  return !('github' in channel)
}

/** Why alerts cannot be sent to a channel of type `github`, as it stands after its name. */
export const NOT_FOR_ALERTS = 'is a retraining target; alerts cannot be sent to GitHub'

export interface PublicChannel extends Omit<ChannelView, 'identity'> {
  name: string
  /** Differs when anything of the channel does, and tells nothing of it; see {@link fingerprint}. */
  fingerprint: string
}

/** What may be shown and logged of a channel: never its secrets. */
export function publicChannel(channel: Channel): PublicChannel {
  const { identity, ...view } = viewOf(channel)
  return { name: channel.name, ...view, fingerprint: fingerprint([channel.name, ...identity]) }
}

function viewOf(channel: Channel): ChannelView {
  if ('webhook' in channel) return webhookView(channel.webhook)
  if ('slack' in channel) return slackView(channel.slack)
  if ('email' in channel) return emailView(channel.email)
  if ('pagerduty' in channel) return pagerdutyView(channel.pagerduty)
  return githubView(channel.github)
}

/**
 * By this `apply` tells a changed secret from an unchanged one without seeing it. The secrets that make one are long
 * random texts, so nobody finds them by trying.
 */
function fingerprint(identity: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12)
}
