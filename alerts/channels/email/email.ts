import type { SendOutcome } from '../../http/http.ts'
import { buildMessage, type Events } from '../../message/message.ts'
import type { Notifier } from '../notifier.ts'
import type { EmailContext } from './context.ts'
import { buildMail } from './mail.ts'

export const emailNotifier: Notifier<'email'> = {
  /** Without its picture where that cannot be drawn. */
  async send({ email }, events, { link, email: context, signal }) {
    if (context?.mailer === undefined) return NO_SERVER
    const { mailer, picture } = context
    const message = buildMessage(events, link)
    const [event] = events
    const answersTo = await earlierEvents(events, message.id, context)
    const drawn = event.status === 'resolved' ? undefined : await picture(event).catch(() => undefined)
    const mail = buildMail({ settings: email, from: mailer.from, event, message, picture: drawn, answersTo })
    return mailer.send(mail, signal)
  },
  async sendTest({ name, email: { to, cc, from } }, text, { mailer, signal }) {
    if (mailer === undefined) return NO_SERVER
    const subject = `Test of channel ${name}`
    return mailer.send({ from: from ?? mailer.from, to, cc, subject, text }, signal)
  },
  afterTest: (target) =>
    `The mail server accepted the mail to ${target}. If it does not arrive, check the spam folder and the log of the mail server.`,
}

const NO_SERVER: SendOutcome = {
  status: 'retryable',
  latencyMs: 0,
  error: 'no mail server is configured: set SMTP_URL and restart the service',
}

/** Events with which the alerts began, unless this message is about them itself. */
async function earlierEvents(
  events: Events,
  messageId: string,
  { firstEvent }: EmailContext,
): Promise<string[]> {
  const first = await Promise.all(events.map((event) => firstEvent(event).catch(() => undefined)))
  return first.filter((id) => id !== undefined && id !== messageId) as string[]
}
