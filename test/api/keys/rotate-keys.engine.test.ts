import { beforeAll, expect, test } from 'vitest'
import { apiKeyDocuments, removeExpiredKeys } from '../../../control/declared/api-keys.ts'
import { HOUR } from '../../support/api.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'

let service: TestService
beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
})

const call = (method: string, path: string, body?: unknown, key = KEY) =>
  service.call(method, path, body, { authorization: `Bearer ${key}` })
const make = async (name: string, scopes: string[]) => (await call('POST', '/keys', { name, scopes })).body
const works = async (key: string) => (await call('GET', '/models', undefined, key)).status === 200
const listed = async (id: string) =>
  (await call('GET', '/keys?limit=1000')).body.keys.find((key: { id: string }) => key.id === id)

/** Lets time pass for the old key: its end is moved, and what is remembered of keys forgotten by making another. */
async function endBefore(id: string, end: Date): Promise<void> {
  const { control } = service.store
  const stored = (await apiKeyDocuments.find(control, id))!
  const replaced = { ...stored.replaced!, expiresAt: end.toISOString() }
  await apiKeyDocuments.put(control, id, { ...stored, replaced }, new Date())
  await make('to forget', ['read'])
}

test('a new key has the name and scopes of the old one, which works until its grace ends', async () => {
  const old = await make('reader', ['read'])
  const before = Date.now()
  const { status, body: fresh } = await call('POST', `/keys/${old.id}/rotate`)
  expect(status).toBe(201)
  expect(fresh).toMatchObject({ name: 'reader', scopes: ['read'], expires_at: null })
  expect(fresh.id).not.toBe(old.id)
  expect(fresh.key).toMatch(/^dg_[A-Za-z0-9_-]{43}$/)
  expect(JSON.stringify((await call('GET', '/keys')).body)).not.toContain(fresh.key)
  expect([await works(old.key), await works(fresh.key)]).toEqual([true, true])
  const end = Date.parse((await listed(old.id)).expires_at)
  expect(end - before).toBeGreaterThanOrEqual(24 * HOUR)
  expect(end - before).toBeLessThan(24 * HOUR + 60_000)

  await endBefore(old.id, new Date(Date.now() + 60_000))
  expect(await works(old.key)).toBe(true)
  await endBefore(old.id, new Date(Date.now() - 1))
  expect([await works(old.key), await works(fresh.key)]).toEqual([false, true])
})

test('without a grace the old key is refused at once, and later removed', async () => {
  const old = await make('leaked', ['read', 'write'])
  const { body: fresh } = await call('POST', `/keys/${old.id}/rotate`, { grace_hours: 0 })
  expect([await works(old.key), await works(fresh.key)]).toEqual([false, true])
  expect(await listed(old.id)).toBeDefined()
  await removeExpiredKeys(service.store.control, new Date())
  await make('to forget', ['read'])
  expect(await listed(old.id)).toBeUndefined()
  expect(await listed(fresh.id)).toBeDefined()
})

test('a key is replaced once, and only by one that has its scopes', async () => {
  const old = await make('twice', ['read', 'ingest'])
  const { key: writer } = await make('writer', ['write', 'read'])
  const refused = await call('POST', `/keys/${old.id}/rotate`, {}, writer)
  expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('ingest')])
  expect((await listed(old.id)).expires_at).toBeNull()
  const at = await Promise.all([1, 2].map(() => call('POST', `/keys/${old.id}/rotate`)))
  expect(at.map(({ status }) => status).sort()).toEqual([201, 409])
  const [{ body: fresh }] = at.filter(({ status }) => status === 201)
  const again = await call('POST', `/keys/${old.id}/rotate`)
  expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining(fresh.id)])
  expect((await call('POST', '/keys/0123456789abcdef/rotate')).status).toBe(404)
  expect((await call('POST', `/keys/${old.id}/rotate`, { grace_hours: 721 })).status).toBe(400)
  expect((await call('POST', `/keys/${old.id}/rotate`, { grace_hours: -1 })).status).toBe(400)
})

test('the audit log says by which key and until when one was replaced, and no secret', async () => {
  const old = await make('audited', ['read'])
  const { body: fresh } = await call('POST', `/keys/${old.id}/rotate`, { grace_hours: 2 })
  const { entries } = (await call('GET', `/audit?subject=key&name=${old.id}`)).body
  expect(entries[0]).toMatchObject({ action: 'rotateKey', actor: 'key 1 of the environment' })
  expect(entries[0].detail).toContain(fresh.id)
  expect(entries[0].detail).toContain((await listed(old.id)).expires_at)
  expect(JSON.stringify(entries)).not.toContain(fresh.key)
})

test('the first use of a key is told at once, and that it was never used before', async () => {
  const { id, key } = await make('used', ['read'])
  const { last_used_at, uses_recorded_from, created_at } = await listed(id)
  expect([last_used_at, uses_recorded_from]).toEqual([null, created_at])
  const before = Date.now()
  expect(await works(key)).toBe(true)
  expect(Date.parse((await listed(id)).last_used_at)).toBeGreaterThanOrEqual(before)
  // A wrong key that names the same beginning is no use.
  expect(await works(`${key}x`)).toBe(false)
})
