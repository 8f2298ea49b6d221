import type { ChannelKind, ChannelOf } from '../../../control/declared/channel.ts'
import type { HttpCall } from '../../http/http.ts'
import type { MessageInput } from '../message.ts'

/** The request to a target, as it is sent. */
export type RetrainCall = Required<Pick<HttpCall, 'url' | 'method' | 'headers' | 'body'>>

/** How channels of one kind are asked for a retraining. Pure. */
export interface CallBuilder<Kind extends ChannelKind> {
  /** The call as it is sent. The id is the same at every attempt. */
  build(target: ChannelOf<Kind>, input: MessageInput, now: Date): RetrainCall
  /** A call as it may be shown: without secrets, signature and token. */
  mask(call: RetrainCall, target: ChannelOf<Kind>): RetrainCall
}

/** What is shown in place of a secret. */
export const MASK = '…'
