import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { withoutPaths } from '../domain/without-paths.ts'
import { isValid, type ApiKeys } from '../control/declared/api-keys.ts'
import type { KeyUseLog } from '../control/declared/key-use-log.ts'
import type { Scope } from './contract/route.ts'
import { createFailedKeys } from './failed-keys.ts'
import { Problem } from './problem.ts'

export const ALL_SCOPES: readonly Scope[] = ['ingest', 'read', 'write', 'admin']

/** What every stored key begins with. */
export const KEY_PREFIX = 'dg_'

/**
 * Finds out what a request may do, from its key: `Authorization: Bearer KEY` or `X-API-Key: KEY`. The keys of the
 * environment may do everything, stored ones what their scopes say; with no keys in the environment no one is asked.
 * Whoever sends too many wrong keys is told to wait; a correct one is taken all the same.
 */
export function authenticate({
  apiKeys: environmentKeys,
  keys: stored,
  keyUses,
  clock,
  log,
}: AccessContext): RequestHandler {
  const digests = environmentKeys.map(digestOf)
  const failedKeys = createFailedKeys()
  const refuseWrongKey = (address: string) => {
    const failure = failedKeys.failed(address)
    if (failure.allowed) return
    if (failure.first) log.warn({ address }, 'too many wrong keys from one address')
    const { retryAfterSeconds: retryAfter } = failure
    const detail = `This address has sent too many wrong keys. Try again in ${retryAfter} s; a correct key is accepted at once.`
    throw new Problem(429, 'Too many wrong keys', detail, {}, { retryAfter })
  }
  return async (request, response, next) => {
    if (digests.length === 0) {
      response.locals.scopes = ALL_SCOPES
      response.locals.actor = 'anonymous on loopback'
      next()
      return
    }
    const given = request.get('x-api-key') ?? /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
    const now = clock()
    const holder = given === undefined ? undefined : await holderOf(given, digests, stored, now)
    if (holder === undefined) {
      if (given !== undefined) refuseWrongKey(request.socket.remoteAddress ?? '')
      response.set('WWW-Authenticate', 'Bearer realm="driftgauge"')
      throw new Problem(401, 'Key required', 'Send a key as "Authorization: Bearer KEY" or "X-API-Key: KEY".')
    }
    if (holder.id !== undefined) keyUses.used(holder.id, now)
    response.locals.scopes = holder.scopes
    response.locals.actor = holder.actor
    next()
  }
}

interface AccessContext {
  /** Keys of the environment. */
  apiKeys: readonly string[]
  keys: ApiKeys
  keyUses: KeyUseLog
  clock: () => Date
  log: Logger
}

interface KeyHolder {
  /** Of a stored key. */
  id?: string
  scopes: readonly Scope[]
  /** The name of the key; those of the environment have none, and are counted. */
  actor: string
}

async function holderOf(
  given: string,
  digests: readonly Buffer[],
  stored: ApiKeys,
  now: Date,
): Promise<KeyHolder | undefined> {
  const digest = digestOf(given)
  // Each one is compared, however early one fits, so that the time taken tells nothing.
  const place = digests.map((key) => timingSafeEqual(key, digest)).indexOf(true)
  if (place >= 0) return { scopes: ALL_SCOPES, actor: `key ${place + 1} of the environment` }
  if (!given.startsWith(KEY_PREFIX)) return undefined
  const keys = await stored.list()
  const [key] = keys.filter(({ hash }) => timingSafeEqual(Buffer.from(hash, 'hex'), digest))
  if (key === undefined || !isValid(key, now)) return undefined
  return { id: key.id, scopes: key.scopes, actor: `key "${key.name}" (${key.id})` }
}

/** What the request's key may do. */
export function grantedScopes(response: Response): readonly Scope[] {
  return response.locals.scopes as readonly Scope[]
}

/** A text about channels as the request's key may see it: paths of addresses are for those who may change them. */
export function shownTo(response: Response, text: string): string {
  return grantedScopes(response).includes('write') ? text : withoutPaths(text)
}

/** Who asks, for what is recorded of it. */
export function actorOf(response: Response): string {
  return response.locals.actor as string
}

/** Lets only requests pass whose key has the scope. */
export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    if (!grantedScopes(response).includes(scope))
      throw new Problem(
        403,
        'Forbidden',
        scope === 'admin'
          ? 'Only a key of DRIFTGAUGE_API_KEYS may do this: the answer holds every secret that is stored.'
          : `This key does not have the scope "${scope}", which this route requires.`,
      )
    next()
  }
}

/** Digests have one length, which comparing in constant time asks for. */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
