import type { AlertChannelKind, ChannelOf } from '../../control/declared/channel.ts'
import type { HttpContext, SendOutcome } from '../http/http.ts'
import type { Events, Link } from '../message/message.ts'
import type { EmailContext } from './email/context.ts'
import type { Mailer } from './email/smtp.ts'

/** How messages get to channels of one kind, in the form of that kind. Every call makes one attempt. */
export interface Notifier<Kind extends AlertChannelKind = AlertChannelKind> {
  /** Sends events of one model and kind, the most severe first. Never throws. */
  send(channel: ChannelOf<Kind>, events: Events, context: SendContext): Promise<SendOutcome>
  /** Sends a text that says it is a test. Never throws. */
  sendTest(channel: ChannelOf<Kind>, text: string, context: TestContext): Promise<SendOutcome>
  /** Where to look for a test that was delivered. Without it, people are shown the status of the answer. */
  afterTest?(target: string): string
}

export interface SendContext extends HttpContext {
  link: Link
  /** Absent where no mail is sent. */
  email?: EmailContext | undefined
}

export interface TestContext extends HttpContext {
  /** Undefined where no mail server is set. */
  mailer: Mailer | undefined
}
