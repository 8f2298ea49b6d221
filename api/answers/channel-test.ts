import { notifierOf } from '../../alerts/channels/registry.ts'
import type { SendOutcome } from '../../alerts/http/http.ts'
import { isAlertChannel, publicChannel, type Channel } from '../../control/declared/channel.ts'

type Ended = Exclude<SendOutcome, { status: 'aborted' }>

/** How a test message went, in a sentence that says where to look next. Without secrets. */
export function testMessage(channel: Channel, outcome: Ended): string {
  if (outcome.status !== 'delivered') return `Not delivered: ${outcome.error}.${hint(outcome)}`
  const { target } = publicChannel(channel)
  const next = isAlertChannel(channel) ? notifierOf(channel).afterTest?.(target) : undefined
  return next ?? `The receiver responded with HTTP ${outcome.httpStatus ?? ''}.`
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
