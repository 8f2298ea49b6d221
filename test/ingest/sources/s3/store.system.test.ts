import { readFile, stat } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllowList } from '../../../../alerts/http/allow-list.ts'
import { createSafeAgent } from '../../../../alerts/http/safe-agent.ts'
import { s3Schema } from '../../../../control/declared/sources/locations.ts'
import type { ObjectStore, StoredObject } from '../../../../ingest/sources/objects.ts'
import type { Credentials } from '../../../../ingest/sources/s3/credentials.ts'
import { createS3Store } from '../../../../ingest/sources/s3/store.ts'
import { describeS3, S3Server } from '../../../support/s3/server.ts'

/** What paths, queries, XML and signatures may stumble over. */
const ODD_KEYS = [
  'a b+c.csv',
  'a%20b.csv',
  'day=2026-01-01/part?x=1#top.csv',
  'quotes\'"!()*~.csv',
  '<&>]]>.csv',
  'Größe/日本/🚀.csv',
  'tab\t.csv',
  '\u0001control.csv',
  'double//slash.csv',
  '/leading.csv',
  'dots/../up.csv',
  './here.csv',
  ' spaces around ',
  'colon:semi;comma,=&@$\\^`{|}[].csv',
]

describeS3('a bucket of an S3 server that checks signatures', (python) => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgauge-s3-'))
  const target = join(folder, 'target')
  const signal = new AbortController().signal
  const agent = createSafeAgent({ allow: parseAllowList(['127.0.0.1']) })
  let server: S3Server
  const users: Record<string, Credentials> = {}

  beforeAll(async () => {
    server = await S3Server.start(python, 5)
    for (const bucket of ['odd-keys', 'many', 'changing', 'empty', 'with.dots'])
      await server.createBucket(bucket)
    for (const key of ODD_KEYS) await server.put('odd-keys', key, `content of ${key}`)
    for (let n = 0; n < 23; n++) await server.put('many', `logs/day ${n}/part.csv`, `${n}`)
    await server.put('many', 'logs/', '')
    await server.put('many', 'logs/day 7/', '')
    await server.put('many', 'other/part.csv', 'other')
    users.reader = await server.createUser('reader', ['s3:ListBucket', 's3:GetObject'])
    users.lister = await server.createUser('lister', ['s3:ListBucket'])
    users.getter = await server.createUser('getter', ['s3:GetObject'])
    await server.guard()
  })
  afterAll(async () => {
    await agent.close()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const storeOf = (
    bucket: string,
    prefix = '',
    user: Credentials = users.reader,
    now = new Date(),
  ): ObjectStore =>
    createS3Store(
      s3Schema.parse({ bucket, prefix, endpoint: server.url, credentials: 'test' }),
      {
        folders: [],
        variables: {
          DRIFTGAUGE_SOURCE_TEST_ACCESS_KEY_ID: user.accessKeyId,
          DRIFTGAUGE_SOURCE_TEST_SECRET_ACCESS_KEY: user.secretAccessKey,
        },
      },
      agent,
      () => now,
    )
  const listed = async (store: ObjectStore, prefix = '') => {
    const objects: StoredObject[] = []
    for await (const object of store.list(prefix, signal)) objects.push(object)
    return objects
  }
  const keysOf = (objects: StoredObject[]) => objects.map(({ key }) => key).sort()

  it('lists keys of any characters, and fetches what they hold', async () => {
    const store = storeOf('odd-keys')
    const objects = await listed(store)
    expect(keysOf(objects)).toEqual([...ODD_KEYS].sort())
    for (const object of objects) {
      expect(await store.fetch(object, target, signal), object.key).toBe('fetched')
      expect(await readFile(target, 'utf8')).toBe(`content of ${object.key}`)
      expect((await store.read(object.key, signal))?.toString()).toBe(`content of ${object.key}`)
    }
  })

  it('lists all pages below a prefix, without the keys that stand for folders', async () => {
    const days = Array.from({ length: 23 }, (_, n) => `day ${n}/part.csv`).sort()
    const store = storeOf('many', 'logs/')
    const objects = await listed(store)
    expect(keysOf(objects)).toEqual(days)
    expect(keysOf(await listed(store, 'day 1'))).toEqual(days.filter((key) => key.startsWith('day 1')))
    expect(await listed(store, 'none')).toEqual([])
    expect((await store.read('day 3/part.csv', signal))?.toString()).toBe('3')
    const third = objects.find(({ key }) => key === 'day 3/part.csv')!
    expect(third).toMatchObject({ etag: 'eccbc87e4b5ce2fe28308fd9f2a7baf3', size: 1 })
    expect(Math.abs(third.modifiedAt - Date.now())).toBeLessThan(120_000)
  })

  it('lists nothing in an empty bucket, and one whose name has dots', async () => {
    expect(await listed(storeOf('empty'))).toEqual([])
    expect(await listed(storeOf('with.dots'))).toEqual([])
  })

  it('writes a file that only its owner reads', async () => {
    const store = storeOf('many', 'other/')
    const [object] = await listed(store)
    const own = join(folder, 'own')
    expect(await store.fetch(object, own, signal)).toBe('fetched')
    expect((await stat(own)).mode & 0o777).toBe(0o600)
  })

  it('says that an object has changed or gone since it was listed', async () => {
    await server.put('changing', 'a.csv', 'before')
    await server.put('changing', 'b.csv', 'before')
    const store = storeOf('changing')
    const [a, b] = await listed(store)
    await server.put('changing', 'a.csv', 'after!')
    await server.delete('changing', 'b.csv')
    expect(await store.fetch(a, target, signal)).toBe('changed')
    expect(await store.fetch(b, target, signal)).toBe('changed')
    expect(await store.read('b.csv', signal)).toBeUndefined()
    const [again] = await listed(store)
    expect(again.etag).not.toBe(a.etag)
    expect(await store.fetch(again, target, signal)).toBe('fetched')
  })

  it('fetches a large object whole', async () => {
    const content = Buffer.alloc(20_000_000, 'driftgauge')
    await server.put('changing', 'large.bin', content)
    const store = storeOf('changing', 'large')
    const [object] = await listed(store)
    expect(object).toMatchObject({ key: '.bin', size: content.length })
    expect(await store.fetch(object, target, signal)).toBe('fetched')
    expect((await readFile(target)).equals(content)).toBe(true)
  })

  describe('what is refused', () => {
    const host = () => new URL(server.url).host
    const secret = 'DRIFTGAUGE_SOURCE_TEST_SECRET_ACCESS_KEY'
    const id = 'DRIFTGAUGE_SOURCE_TEST_ACCESS_KEY_ID'
    const object: StoredObject = { key: 'other/part.csv', etag: 'none', size: 5, modifiedAt: 0 }

    it('a bucket that does not exist', async () => {
      const message = `${host()} has no bucket "missing". Check its name and the endpoint.`
      await expect(listed(storeOf('missing'))).rejects.toThrow(message)
      await expect(storeOf('missing').fetch(object, target, signal)).rejects.toThrow(message)
      await expect(storeOf('missing').read('a', signal)).rejects.toThrow(message)
    })

    it('a wrong secret', async () => {
      const user = { ...users.reader, secretAccessKey: 'wrong' }
      const message = `${host()} rejects the signature. Check that ${secret} belongs to ${id}.`
      await expect(listed(storeOf('many', '', user))).rejects.toThrow(message)
      await expect(storeOf('many', '', user).read('other/part.csv', signal)).rejects.toThrow(message)
    })

    it('an unknown key', async () => {
      const user = { ...users.reader, accessKeyId: 'AKIAUNKNOWN' }
      await expect(listed(storeOf('many', '', user))).rejects.toThrow(
        `${host()} does not know the key in ${id}.`,
      )
    })

    it('a user who may not list, or not read', async () => {
      await expect(listed(storeOf('many', '', users.getter))).rejects.toThrow(
        `${host()} does not let the key in ${id} list the bucket "many". Allow it s3:ListBucket.`,
      )
      expect((await storeOf('many', '', users.getter).read('other/part.csv', signal))?.toString()).toBe(
        'other',
      )
      await expect(storeOf('many', '', users.lister).read('other/part.csv', signal)).rejects.toThrow(
        `${host()} does not let the key in ${id} read "other/part.csv" in the bucket "many". Allow it s3:GetObject.`,
      )
    })
  })
})
