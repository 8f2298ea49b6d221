import { z } from 'zod'
import type { ChannelDefinition } from './definition.ts'
import { httpUrl } from './http-url.ts'

const MIN_SECRET_LENGTH = 24
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
    (secret) => secretKey(secret).length >= MIN_SECRET_LENGTH,
    `a secret has at least ${MIN_SECRET_LENGTH} bytes: "${PREFIX}" and their base64, or plain text; create one with ` +
      `"echo ${PREFIX}$(openssl rand -base64 32)"`,
  )

/** A signed webhook. One secret, or up to three while they are being rotated: the message is signed with each. */
const webhookSchema = z.strictObject({
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

export const webhookDefinition: ChannelDefinition<typeof webhookSchema> = {
  schema: webhookSchema,
  secretSetting: 'secret',
  starter: {
    settings: () => ({ url: '${ALERT_WEBHOOK_URL}', secret: '${ALERT_WEBHOOK_SECRET}' }),
    variables: ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'],
  },
  editable: ({ url }) => (new URL(url).search === '' ? { url } : {}),
  /** The address is shown without its query, which may hold a token. */
  view({ url, secret }) {
    const { origin, pathname, search } = new URL(url)
    const secrets = [secret].flat()
    return {
      target: `${origin}${pathname}${search === '' ? '' : '?…'}`,
      secrets: secrets.length,
      identity: [url, secrets],
    }
  },
  withTarget: (settings, target) => ({ ...settings, url: target }),
}
