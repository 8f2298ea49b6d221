import {
  channelKind,
  type AlertChannelKind,
  type Channel,
  type ChannelOf,
  type RetrainingOnlyKind,
} from '../../control/declared/channel.ts'
import type { MessageInput } from './message.ts'
import { MASK, type CallBuilder, type RetrainCall } from './targets/call-builder.ts'
import { githubCalls } from './targets/github.ts'
import { webhookCalls } from './targets/webhook.ts'

type Builders = { [Kind in RetrainingOnlyKind]: CallBuilder<Kind> } & {
  [Kind in AlertChannelKind]?: CallBuilder<Kind>
}

/** The kinds of channels that can ask for a retraining. */
const BUILDERS = { webhook: webhookCalls, github: githubCalls } satisfies Builders
type RetrainTargetKind = keyof typeof BUILDERS
export const RETRAIN_TARGET_KINDS = Object.keys(BUILDERS) as RetrainTargetKind[]

/** A channel that can ask for a retraining. */
export type RetrainTarget = ChannelOf<RetrainTargetKind>

export function isRetrainTarget(channel: Channel): channel is RetrainTarget {
  return channelKind(channel) in BUILDERS
}

/** Why another channel cannot, as it stands after its name. */
export const NOT_FOR_RETRAINING = 'is neither a webhook nor GitHub, so it cannot request a retraining'

const builderOf = (target: RetrainTarget): CallBuilder<RetrainTargetKind> => BUILDERS[channelKind(target)]

/** The call that asks a target for a retraining. Pure. The id is the same at every attempt. */
export function retrainCall(target: RetrainTarget, input: MessageInput, now: Date): RetrainCall {
  return builderOf(target).build(target, input, now)
}

/** The same call as it may be shown: without secrets, signature and token. */
export function maskedCall(
  target: RetrainTarget,
  input: Omit<MessageInput, 'token'>,
  now: Date,
): RetrainCall {
  const call = retrainCall(target, { ...input, token: MASK }, now)
  return builderOf(target).mask(call, target)
}
