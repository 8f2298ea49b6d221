import { createHmac } from 'node:crypto'
import { secretKey } from '../../../control/declared/channels/webhook.ts'

/**
 * The three headers of Standard Webhooks; a signature for each secret, so that secrets can be rotated. Receivers refuse
 * a time that is minutes away from theirs.
 */
export function signatureHeaders(id: string, now: Date, body: string, secrets: readonly string[]) {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
