import type { SendOutcome } from '../../alerts/http/http.ts'
import { publicChannel, type Channel } from '../../store/declared/channel.ts'

type Ended = Exclude<SendOutcome, { status: 'aborted' }>

/** How a test message went, in a sentence that says where to look next. Without secrets. */
export function testMessage(channel: Channel, outcome: Ended): string {
  const { type, target } = publicChannel(channel)
  if (outcome.status !== 'delivered') return `Not delivered: ${outcome.error}.${hint(outcome)}`
  switch (type) {
    case 'slack':
      return 'Slack accepted the message. Check the Slack channel.'
    case 'email':
      return `The mail server accepted the mail to ${target}. If it does not arrive, check the spam folder and the log of the mail server.`
    case 'pagerduty':
      return 'PagerDuty accepted the event. An incident of the lowest severity was opened and resolved immediately.'
    default:
      return `The receiver responded with HTTP ${outcome.httpStatus ?? ''}.`
  }
}

function hint({ httpStatus, error }: Extract<Ended, { error: string }>): string {
  if (error.includes('not on the allow list'))
    return ' To allow it, add it to DRIFTGAUGE_WEBHOOK_ALLOW and restart the service.'
  // Where the receiver has said why, that is enough.
  if (httpStatus === undefined || error !== `HTTP ${httpStatus}`) return ''
  if (httpStatus === 401 || httpStatus === 403)
    return ' The receiver rejected the signature or key. Check that the secret is the same on both sides.'
  if (httpStatus === 404 || httpStatus === 410)
    return ' Nothing exists at this address. Compare it with the receiver’s address.'
  if (httpStatus === 429) return ' The receiver is rate-limiting. Alerts would be retried later.'
  if (httpStatus >= 500) return ' The receiver failed; check its log. Alerts would be retried.'
  return ''
}
