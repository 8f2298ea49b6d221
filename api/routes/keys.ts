import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { apiKeyDocuments, type ApiKey } from '../../control/declared/api-keys.ts'
import { actorOf, digestOf, grantedScopes, KEY_PREFIX } from '../access.ts'
import type { keyRoutes } from '../contract/keys.ts'
import { pageOfAll } from '../paging.ts'
import { notFound, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const KEY_BYTES = 32
const ID_BYTES = 8
const position = z.tuple([z.string(), z.string()])

/** Stored keys, each for some scopes. */
export const keyHandlers: HandlersOf<typeof keyRoutes> = ({ keys, apiKeys, clock }) => ({
  async listKeys({ query }) {
    const all = (await keys.list()).toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    const { items, next_cursor } = pageOfAll(all, query, position, ({ createdAt, id }) => [createdAt, id])
    return { status: 200, body: { keys: items.map(toAnswer), next_cursor } }
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
    const granted = grantedScopes(response)
    const beyond = scopes.filter((scope) => !granted.includes(scope))
    if (beyond.length > 0)
      throw new Problem(
        403,
        'Forbidden',
        `This key cannot grant scopes it does not have: ${beyond.join(', ')}.`,
      )
    const key = KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url')
    const now = clock()
    const stored: ApiKey = {
      id: randomBytes(ID_BYTES).toString('hex'),
      name: body.name,
      scopes,
      hash: digestOf(key).toString('hex'),
      createdAt: now.toISOString(),
    }
    await commit((transaction) => apiKeyDocuments.put(transaction, stored.id, stored, now), stored.id)
    keys.forget()
    return { status: 201, body: { ...toAnswer(stored), key } }
  },
  async deleteKey({ params, commit }) {
    await commit(async (transaction) => {
      if (!(await apiKeyDocuments.remove(transaction, params.key))) throw notFound(`key ${params.key}`)
    })
    keys.forget()
    return { status: 204 }
  },
})

const orderOf = ({ createdAt, id }: ApiKey) => `${createdAt} ${id}`

function toAnswer({ id, name, scopes, createdAt }: ApiKey) {
  return { id, name, scopes, created_at: createdAt }
}
