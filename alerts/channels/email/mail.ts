import { createHash } from 'node:crypto'
import type { SendMailOptions } from 'nodemailer'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import type { EmailSettings } from '../../../control/declared/channels/email.ts'
import { emailHtml, emailText } from './body.ts'
import { fit } from '../../message/fit.ts'
import type { Message } from '../../message/message.ts'
import type { Picture } from './picture.ts'
import { plain } from '../../message/wording.ts'

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
