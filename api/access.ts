import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { Problem } from './problem.ts'

/** Asks every request for one of the keys, as `Authorization: Bearer KEY` or `X-API-Key: KEY`; with no keys, for none. */
export function requireKey(keys: readonly string[]): RequestHandler {
  const digests = keys.map(digest)
  return (request, response, next) => {
    if (digests.length === 0) {
      next()
      return
    }
    const given = request.get('x-api-key') ?? /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
    const known =
      given !== undefined && digests.filter((key) => timingSafeEqual(key, digest(given))).length > 0
    if (known) {
      next()
      return
    }
    response.set('WWW-Authenticate', 'Bearer realm="driftgauge"')
    throw new Problem(
      401,
      'Key needed',
      'Send one of DRIFTGAUGE_API_KEYS as "Authorization: Bearer KEY" or "X-API-Key: KEY".',
    )
  }
}

/** Digests have one length, which comparing in constant time asks for. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
