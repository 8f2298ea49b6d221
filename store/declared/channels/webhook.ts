import { z } from 'zod'
import { httpUrl } from './http-url.ts'
import type { ChannelView } from './view.ts'

const SHORTEST_SECRET = 24
/** The prefix that Standard Webhooks gives to secrets in base64. */
const PREFIX = 'whsec_'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const secretSchema = z
  .string()
  .max(512)
  .refine(
    (secret) => !secret.startsWith(PREFIX) || BASE64.test(secret.slice(PREFIX.length)),
    `what follows "${PREFIX}" must be base64`,
  )
  .refine(
    (secret) => secretKey(secret).length >= SHORTEST_SECRET,
    `a secret has at least ${SHORTEST_SECRET} bytes: "${PREFIX}" and their base64, or plain text; create one with ` +
      `"echo ${PREFIX}$(openssl rand -base64 32)"`,
  )

/** A signed webhook. One secret, or up to three while they are being rotated: the message is signed with each. */
export const webhookSchema = z.strictObject({
  url: httpUrl('a webhook URL'),
  secret: z.union([secretSchema, z.array(secretSchema).min(1).max(3)]),
})

export type WebhookSettings = z.output<typeof webhookSchema>

/** The bytes that a secret stands for: decoded after `whsec_`, else the text in UTF-8. */
export function secretKey(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}

/** The address is shown without its query, which may hold a token. */
export function webhookView({ url, secret }: WebhookSettings): ChannelView {
  const { origin, pathname, search } = new URL(url)
  const secrets = [secret].flat()
  return {
    type: 'webhook',
    target: `${origin}${pathname}${search === '' ? '' : '?…'}`,
    secrets: secrets.length,
    identity: [url, secrets],
  }
}
