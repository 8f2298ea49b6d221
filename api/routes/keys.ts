import { randomBytes } from 'node:crypto'
import type { Response } from 'express'
import { z } from 'zod'
import { HOUR_MS } from '../../domain/time.ts'
import { apiKeyDocuments, removeKey, type ApiKey } from '../../control/declared/api-keys.ts'
import { readKeyUses, type KeyUses } from '../../control/declared/key-uses.ts'
import { actorOf, digestOf, grantedScopes, KEY_PREFIX } from '../access.ts'
import type { keyRoutes } from '../contract/keys.ts'
import { pageOfAll } from '../paging.ts'
import { notFound, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const KEY_BYTES = 32
const ID_BYTES = 8
const position = z.tuple([z.string(), z.string()])

/** Stored keys, each for some scopes. */
export const keyHandlers: HandlersOf<typeof keyRoutes> = ({ store, keys, keyUses, apiKeys, clock }) => ({
  async listKeys({ query }) {
    const all = (await keys.list()).toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    const stored = await readKeyUses(store.control)
    // Of this process nothing is missing.
    const uses = { ...stored, lastUsed: new Map([...stored.lastUsed, ...keyUses.unwritten()]) }
    const { items, next_cursor } = pageOfAll(all, query, position, ({ createdAt, id }) => [createdAt, id])
    return {
      status: 200,
      body: { keys: items.map((key) => ({ ...toAnswer(key), ...useOf(key, uses) })), next_cursor },
    }
  },
  getOwnKey({ response }) {
    const body = { actor: actorOf(response), scopes: [...grantedScopes(response)] }
    return Promise.resolve({ status: 200, body })
  },
  async createKey({ body, response, commit }) {
    if (apiKeys.length === 0) {
      throw new Problem(
        409,
        'Keys not required',
        'This service does not require keys, so a new key would protect nothing: set DRIFTGAUGE_API_KEYS first.',
      )
    }
    const scopes = [...new Set(body.scopes)]
    requireScopes(response, scopes)
    const now = clock()
    const { key, stored } = makeKey({ name: body.name, scopes }, now)
    await commit((transaction) => apiKeyDocuments.put(transaction, stored.id, stored, now), stored.id)
    keys.forget()
    return { status: 201, body: { ...toAnswer(stored), key } }
  },
  async rotateKey({ params, body, response, commit }) {
    const now = clock()
    const made = await commit(async (transaction) => {
      const old = await apiKeyDocuments.find(transaction, params.key)
      if (old === undefined) throw notFound(`key ${params.key}`)
      requireScopes(response, old.scopes)
      if (old.replaced !== undefined)
        throw new Problem(
          409,
          'Replaced already',
          `The key ${old.replaced.by} has replaced this one. Rotate that key, or revoke this one.`,
        )
      const { key, stored } = makeKey(old, now)
      const expiresAt = new Date(now.getTime() + body.grace_hours * HOUR_MS).toISOString()
      await apiKeyDocuments.put(transaction, stored.id, stored, now)
      await apiKeyDocuments.put(transaction, old.id, { ...old, replaced: { by: stored.id, expiresAt } }, now)
      return { key, stored }
    })
    keys.forget()
    return { status: 201, body: { ...toAnswer(made.stored), key: made.key } }
  },
  async deleteKey({ params, commit }) {
    await commit(async (transaction) => {
      if (!(await removeKey(transaction, params.key))) throw notFound(`key ${params.key}`)
    })
    keys.forget()
    return { status: 204 }
  },
})

const orderOf = ({ createdAt, id }: ApiKey) => `${createdAt} ${id}`

/** A key must not give what it does not have. */
function requireScopes(response: Response, scopes: ApiKey['scopes']): void {
  const granted = grantedScopes(response)
  const beyond = scopes.filter((scope) => !granted.includes(scope))
  if (beyond.length === 0) return
  throw new Problem(403, 'Forbidden', `This key cannot grant scopes it does not have: ${beyond.join(', ')}.`)
}

function makeKey(
  { name, scopes }: Pick<ApiKey, 'name' | 'scopes'>,
  now: Date,
): { key: string; stored: ApiKey } {
  const key = KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url')
  const id = randomBytes(ID_BYTES).toString('hex')
  const hash = digestOf(key).toString('hex')
  return { key, stored: { id, name, scopes, hash, createdAt: now.toISOString() } }
}

function toAnswer({ id, name, scopes, createdAt, replaced }: ApiKey) {
  return { id, name, scopes, created_at: createdAt, expires_at: replaced?.expiresAt ?? null }
}

function useOf({ id, createdAt }: ApiKey, { lastUsed, recordedFrom }: KeyUses) {
  const from = new Date(Math.max(Date.parse(createdAt), recordedFrom.getTime()))
  return { last_used_at: lastUsed.get(id)?.toISOString() ?? null, uses_recorded_from: from.toISOString() }
}
