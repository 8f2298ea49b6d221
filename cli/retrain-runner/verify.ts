import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { secretKey } from '../../control/declared/channels/webhook.ts'

/** How far the time of a call may be from ours, in seconds. */
const TOLERANCE_S = 300

export type Verified = { genuine: true; id: string } | { genuine: false; reason: string }

/** Whether a call was signed with the secret (Standard Webhooks 1.0), not long ago. Pure. */
export function verifyCall(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  secret: string,
  now: Date,
): Verified {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    [headers[`webhook-${name}`] ?? ''].flat().join(' '),
  )
  if (id === '' || timestamp === '' || signatures === '') return forged('it is not signed')
  const hmac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestamp}.`).update(body)
  const expected = Buffer.from(`v1,${hmac.digest('base64')}`)
  // Whoever rotates secrets signs with each.
  const matches = signatures.split(' ').filter((one) => isSame(Buffer.from(one), expected))
  if (matches.length === 0) return forged('its signature is wrong')
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp))
  if (!/^\d+$/.test(timestamp) || age > TOLERANCE_S)
    return forged('its time is more than five minutes away from the time here')
  return { genuine: true, id }
}

const forged = (reason: string): Verified => ({ genuine: false, reason })
const isSame = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b)
