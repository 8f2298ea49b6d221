import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import type { Picture } from './picture.ts'
import type { Mailer } from './smtp.ts'

/** What mail needs beside the message. */
export interface EmailContext {
  /** Undefined where no server is set. */
  mailer: Mailer | undefined
  /** The chart of the most severe member; undefined where there is none. */
  picture: (event: AlertEvent) => Promise<Picture | undefined>
  /** The id of the event with which the alert began, that the mail answers to. */
  firstEvent: (event: AlertEvent) => Promise<string | undefined>
}
