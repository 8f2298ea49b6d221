import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { MINUTE_MS } from '../../domain/time.ts'

/** The headers with which MLflow signs a delivery. */
export interface Signed {
  id: string
  /** Seconds since 1970. */
  timestamp: string
  signature: string
}

/** A delivery whose time is further away than this is refused, so its id need not be remembered for longer. */
export const MAX_AGE_MS = 5 * MINUTE_MS

/** The headers in a form that can be right, and of now; else undefined. */
export function plausible(
  { id, timestamp, signature }: { [Header in keyof Signed]: string | undefined },
  now: Date,
): Signed | undefined {
  if (id === undefined || timestamp === undefined || signature === undefined) return undefined
  if (!/^[\x21-\x2d\x2f-\x7e]{1,100}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return undefined
  if (!/^v1,[A-Za-z0-9+/]{43}=$/.test(signature)) return undefined
  if (Math.abs(Number(timestamp) * 1000 - now.getTime()) > MAX_AGE_MS) return undefined
  return { id, timestamp, signature }
}

/** Whether MLflow signed the body with this secret. */
export function isSigned({ id, timestamp, signature }: Signed, body: Buffer, secret: string): boolean {
  return timingSafeEqual(digest(signature), digest(signatureOf({ id, timestamp }, body, secret)))
}

export function signatureOf(
  { id, timestamp }: Omit<Signed, 'signature'>,
  body: Buffer,
  secret: string,
): string {
  const hmac = createHmac('sha256', Buffer.from(secret, 'utf8'))
  return `v1,${hmac.update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** Comparing in constant time asks for equal lengths. */
const digest = (text: string) => createHash('sha256').update(text).digest()
