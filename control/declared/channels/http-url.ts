import { z } from 'zod'

/** An address that messages are posted to; `what` names it in messages. */
export function httpUrl(what: string) {
  return z
    .url({ protocol: /^https?$/, error: `${what} must start with https:// or http://` })
    .max(2048)
    .refine((url) => !hasCredentials(url), `${what} must not contain a user name or password`)
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}
