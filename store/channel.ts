import { createHash } from 'node:crypto'
import { z } from 'zod'
import { documents } from './documents.ts'
import { nameSchema } from './model.ts'

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
    `a secret has at least ${SHORTEST_SECRET} bytes: "${PREFIX}" and their base64, or plain text; make one with ` +
      `"echo ${PREFIX}$(openssl rand -base64 32)"`,
  )

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'a webhook URL starts with https:// or http://' })
  .max(2048)
  .refine((url) => !hasCredentials(url), 'a webhook URL holds no user name or password')

/** Where messages go. One secret, or up to three while they are being rotated: the message is signed with each. */
export const channelSchema = z.strictObject({
  name: nameSchema,
  webhook: z.strictObject({
    url: urlSchema,
    secret: z.union([secretSchema, z.array(secretSchema).min(1).max(3)]),
  }),
})

export type Channel = z.output<typeof channelSchema>

/** The declared channels, by name. */
export const channels = documents<Channel>('channels')

/** The bytes that a secret stands for: decoded after `whsec_`, else the text in UTF-8. */
export function secretKey(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}

export interface PublicChannel {
  name: string
  type: 'webhook'
  /** Without its query, which may hold a token. */
  url: string
  /** How many secrets sign its messages. */
  secrets: number
  /** Differs when anything of the channel does, and tells nothing of it; see {@link fingerprint}. */
  fingerprint: string
}

/** What may be shown and logged of a channel: never its secrets. */
export function publicChannel(channel: Channel): PublicChannel {
  const { name, webhook } = channel
  const { origin, pathname, search } = new URL(webhook.url)
  return {
    name,
    type: 'webhook',
    url: `${origin}${pathname}${search === '' ? '' : '?…'}`,
    secrets: [webhook.secret].flat().length,
    fingerprint: fingerprint(channel),
  }
}

/**
 * By this `apply` tells a changed secret from an unchanged one without seeing it. A secret has 24 bytes at least,
 * so nobody finds it by trying.
 */
function fingerprint(channel: Channel): string {
  const { name, webhook } = channel
  const secrets = [webhook.secret].flat()
  return createHash('sha256')
    .update(JSON.stringify([name, webhook.url, secrets]))
    .digest('hex')
    .slice(0, 12)
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}
