import { fingerprint } from './digest.ts'
import { z } from 'zod'
import type { ChannelDefinition, ChannelView, Starter } from './channels/definition.ts'
import { emailDefinition } from './channels/email.ts'
import { githubDefinition } from './channels/github.ts'
import { pagerdutyDefinition } from './channels/pagerduty.ts'
import { slackDefinition } from './channels/slack.ts'
import { webhookDefinition } from './channels/webhook.ts'
import { documents } from '../database/documents.ts'
import { nameSchema } from './model.ts'

/** Kinds of channels that alerts can be sent to, by the key under which they are declared. */
const FOR_ALERTS = {
  webhook: webhookDefinition,
  slack: slackDefinition,
  email: emailDefinition,
  pagerduty: pagerdutyDefinition,
}
/** Kinds that can only be asked for a retraining. */
const FOR_RETRAINING = { github: githubDefinition }
const DEFINITIONS = { ...FOR_ALERTS, ...FOR_RETRAINING }

export type AlertChannelKind = keyof typeof FOR_ALERTS
export type RetrainingOnlyKind = keyof typeof FOR_RETRAINING
export type ChannelKind = AlertChannelKind | RetrainingOnlyKind

const kindsOf = <Kind extends ChannelKind>(definitions: Record<Kind, unknown>) =>
  Object.keys(definitions) as Kind[]
export const CHANNEL_KINDS = kindsOf(DEFINITIONS)
export const RETRAINING_ONLY_KINDS = kindsOf(FOR_RETRAINING)

/** Kinds that need the mail server. */
export const MAIL_KINDS: readonly string[] = CHANNEL_KINDS.filter(
  (kind) => (DEFINITIONS[kind] as ChannelDefinition).byMail,
)

/** What somebody who begins declares, by kind: see {@link ChannelDefinition}. */
export const STARTERS: ReadonlyMap<ChannelKind, Starter> = new Map(
  CHANNEL_KINDS.flatMap((kind) => {
    const { starter } = DEFINITIONS[kind] as ChannelDefinition
    return starter === undefined ? [] : [[kind, starter] as const]
  }),
)

type Schemas = { [Kind in ChannelKind]: (typeof DEFINITIONS)[Kind]['schema'] }

/** A channel has the settings of exactly one kind, under its name. */
export type ChannelOf<Kind extends ChannelKind> = {
  [One in Kind]: { name: string } & { [Key in One]: z.output<Schemas[Key]> }
}[Kind]
export type Channel = ChannelOf<ChannelKind>
/** Where alerts go. */
export type AlertChannel = ChannelOf<AlertChannelKind>

const SETTINGS = Object.fromEntries(
  Object.entries(DEFINITIONS).map(([kind, { schema }]) => [kind, schema.optional()]),
) as { [Kind in ChannelKind]: z.ZodOptional<Schemas[Kind]> }

export const channelSchema = z
  .strictObject({ name: nameSchema, ...SETTINGS })
  .superRefine((declared, context) => {
    const given = CHANNEL_KINDS.filter((kind) => declared[kind] !== undefined)
    if (given.length === 1) return
    const found = given.length === 0 ? '' : `, not ${given.join(' and ')}`
    context.addIssue({
      code: 'custom',
      message: `a channel is one of ${CHANNEL_KINDS.join(', ')}${found}`,
    })
  })
  .transform((declared) => declared as Channel)

/** The declared channels, by name. */
export const channels = documents<Channel>('channels')

/** Which of a union of channels' kinds it is of. */
type KindOf<One extends Channel> = One extends unknown ? Extract<keyof One, ChannelKind> : never

export function channelKind<One extends Channel>(channel: One): KindOf<One> {
  return CHANNEL_KINDS.find((kind) => kind in channel) as KindOf<One>
}

/** Whether alerts can be sent to it. */
export function isAlertChannel(channel: Channel): channel is AlertChannel {
  return channelKind(channel) in FOR_ALERTS
}

/** Why alerts cannot be sent to a channel that is for retraining only, as it stands after its name. */
export const NOT_FOR_ALERTS = 'is a retraining target; alerts cannot be sent to GitHub'

export interface PublicChannel extends Omit<ChannelView, 'identity'> {
  name: string
  type: ChannelKind
  /**
   * By this `apply` tells a changed secret from an unchanged one without seeing it. The secrets in it are long random
   * texts, so nobody finds them by trying.
   */
  fingerprint: string
}

/** What may be shown and logged of a channel: never its secrets. */
export function publicChannel(channel: Channel): PublicChannel {
  const { target, secrets, identity } = definitionOf(channel).view(settingsOf(channel))
  return {
    name: channel.name,
    type: channelKind(channel),
    target,
    secrets,
    fingerprint: fingerprint([channel.name, ...identity]),
  }
}

/** Its settings without secrets. */
export function editableSettings(channel: Channel): Record<string, unknown> {
  return definitionOf(channel).editable(settingsOf(channel))
}

/** The setting that is never shown, if there is one. */
export function secretSetting(channel: Channel): string | undefined {
  return definitionOf(channel).secretSetting
}

/** The channel with the target of an earlier view; undefined where no view shows the whole address. */
export function withTarget(channel: Channel, target: string): Channel | undefined {
  const settings = definitionOf(channel).withTarget?.(settingsOf(channel), target)
  return settings === undefined ? undefined : { ...channel, [channelKind(channel)]: settings }
}

const definitionOf = (channel: Channel): ChannelDefinition => DEFINITIONS[channelKind(channel)]

function settingsOf(channel: Channel): unknown {
  const settings: Partial<Record<ChannelKind, unknown>> = channel
  return settings[channelKind(channel)]
}
