import { createHash } from 'node:crypto'
import type { SendMailOptions } from 'nodemailer'
import type { AlertEvent } from '../../store/alerting/alert-events.ts'
import type { EmailSettings } from '../../store/declared/channels/email.ts'
import { emailHtml, emailText } from './email-body.ts'
import { fit } from '../message/fit.ts'
import type { SendOutcome } from '../http/http.ts'
import type { Events, Message } from '../message/message.ts'
import type { Picture } from './picture.ts'
import type { Mailer } from './smtp.ts'
import { plain } from '../message/wording.ts'

/** What mail needs beside the message. */
export interface EmailContext {
  /** Undefined where no server is set. */
  mailer: Mailer | undefined
  /** The chart of the most severe member; undefined where there is none. */
  picture: (event: AlertEvent) => Promise<Picture | undefined>
  /** The id of the event with which the alert began, that the mail answers to. */
  firstEvent: (event: AlertEvent) => Promise<string | undefined>
}

export const NO_SERVER = 'no mail server is configured: set SMTP_URL and restart the service'

const MOST_SUBJECT = 200
const PICTURE_ID = 'chart@driftgauge'

export interface Mail {
  settings: EmailSettings
  /** The sender where the channel names none. */
  from: string
  event: AlertEvent
  message: Message
  picture: Picture | undefined
  /** Events with which the alerts began, that are not told of by this mail. */
  answersTo: readonly string[]
}

/** The mail of a message. Pure; the Message-ID is the same at every attempt. */
export function buildMail({ settings, from, event, message, picture, answersTo }: Mail): SendMailOptions {
  const references = answersTo.map((id) => mailId(id, settings.to))
  const embedded = picture && { ...picture, cid: PICTURE_ID }
  return {
    from: settings.from ?? from,
    to: settings.to,
    cc: settings.cc,
    subject: fit(plain(message.title), MOST_SUBJECT),
    date: event.createdAt,
    messageId: mailId(message.id, settings.to),
    ...(references.length === 0 ? {} : { inReplyTo: references[0], references }),
    headers: {
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'x-driftgauge-alert': event.id,
    },
    text: emailText(event, message),
    html: emailHtml(event, message, embedded),
    attachments:
      embedded === undefined
        ? []
        : [
            {
              filename: 'chart.png',
              content: embedded.png,
              contentType: 'image/png',
              contentDisposition: 'inline',
              cid: embedded.cid,
            },
          ],
  }
}

/** Two channels may tell one person of the same event: the recipients make it another mail. */
function mailId(event: string, to: readonly string[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([event, to]))
    .digest('hex')
    .slice(0, 32)
  return `<${digest}@driftgauge>`
}

/** Mails a message. Never throws; without its picture where that cannot be drawn. */
export async function sendMail(
  settings: EmailSettings,
  events: Events,
  message: Message,
  context: EmailContext | undefined,
  signal: AbortSignal | undefined,
): Promise<SendOutcome> {
  if (context?.mailer === undefined) return { status: 'retryable', latencyMs: 0, error: NO_SERVER }
  const { mailer, picture, firstEvent } = context
  const [event] = events
  const first = await Promise.all(events.map((one) => firstEvent(one).catch(() => undefined)))
  const answersTo = first.filter((id) => id !== undefined && id !== message.id) as string[]
  const drawn = event.status === 'resolved' ? undefined : await picture(event).catch(() => undefined)
  return mailer.send(
    buildMail({ settings, from: mailer.from, event, message, picture: drawn, answersTo }),
    signal,
  )
}
