import { beforeAll, expect, test } from 'vitest'
import { Listener } from '../support/retraining.ts'
import { testService, type TestService } from '../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const SECRET = 'a secret of twenty-four bytes or more'
const HIDDEN = 'path-that-nobody-guesses'

let service: TestService
let keys: Record<string, string>
const receiver = new Listener()

const call = (key: string, method: string, path: string, body?: unknown) =>
  service.call(method, path, body, { authorization: `Bearer ${key}` })

beforeAll(async () => {
  await receiver.start()
  service = await testService(undefined, {
    DRIFTGAUGE_API_KEYS: KEY,
    DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
  })
  const made = ['read', 'write'].map(async (scope) => {
    const { body } = await call(KEY, 'POST', '/keys', { name: scope, scopes: ['read', scope] })
    return [scope, body.key] as const
  })
  keys = Object.fromEntries(await Promise.all(made))
  const declared = [
    { name: 'bare', webhook: { url: 'https://ci.example.com', secret: SECRET } },
    { name: 'hook', webhook: { url: `https://ci.example.com:8443/${HIDDEN}?token=abc`, secret: SECRET } },
    { name: 'chat', slack: { webhook_url: `https://hooks.slack.com/services/${HIDDEN}` } },
    { name: 'pager', pagerduty: { routing_key: 'k'.repeat(32), url: `${receiver.url}/${HIDDEN}` } },
    {
      name: 'train',
      github: { repository: 'shop/models', token: 't'.repeat(40), api_url: `https://git.example.com/${HIDDEN}` },
    },
  ] // prettier-ignore
  for (const one of declared) expect((await call(KEY, 'POST', '/channels', one)).status).toBe(201)
  return () => receiver.stop()
})

async function targets(key: string) {
  const { channels } = (await call(key, 'GET', '/channels')).body
  return Object.fromEntries(channels.map(({ name, target }: Record<string, string>) => [name, target]))
}

test('a channel by itself shows no more than the list, and its settings only to who may change it', async () => {
  const one = async (key: string, name: string) => (await call(key, 'GET', `/channels/${name}`)).body
  const all = Object.entries(await targets(keys.read))
  for (const [name, target] of all) {
    const shown = await one(keys.read, name)
    expect(shown).toMatchObject({ name, target })
    expect(shown).not.toHaveProperty('settings')
    expect(JSON.stringify(shown)).not.toContain(HIDDEN)
  }
  const settings = async (name: string) => (await one(keys.write, name)).settings
  expect(await settings('bare')).toEqual({ url: 'https://ci.example.com' })
  expect(await settings('hook'), 'a query may hold a token').toEqual({})
  expect(await settings('chat')).toEqual({})
  expect(await settings('pager')).toEqual({ url: `${receiver.url}/${HIDDEN}` })
  expect(await settings('train')).toEqual({
    repository: 'shop/models',
    event_type: 'driftgauge_retrain',
    api_url: `https://git.example.com/${HIDDEN}`,
  })
  const list = (await call(keys.write, 'GET', '/channels')).body
  expect(JSON.stringify(list)).not.toMatch(new RegExp(`${SECRET}|${'k'.repeat(32)}|${'t'.repeat(40)}|abc`))
})

test('only who may change channels sees the paths of their addresses, and nobody their secrets', async () => {
  expect(await targets(keys.read)).toEqual({
    bare: 'https://ci.example.com',
    hook: 'https://ci.example.com:8443/…',
    chat: 'https://hooks.slack.com/…',
    pager: receiver.url,
    train: 'shop/models by driftgauge_retrain at https://git.example.com/…',
  })
  expect(await targets(keys.write)).toMatchObject({
    bare: 'https://ci.example.com/',
    hook: `https://ci.example.com:8443/${HIDDEN}?…`,
    chat: 'https://hooks.slack.com/…',
    pager: receiver.url,
    train: `shop/models by driftgauge_retrain at https://git.example.com/${HIDDEN}`,
  })
})

test('what a receiver repeats of its address is not shown or recorded', async () => {
  receiver.answer((response) => {
    const message = `no such resource: /${HIDDEN}/v2/enqueue`
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
  })
  const { body } = await call(KEY, 'POST', '/channels/pager/test')
  expect(body.error).toBe('HTTP 404: no such resource: /…')
  expect(JSON.stringify(body)).not.toContain(HIDDEN)
})

test('a key learns its own scopes', async () => {
  const own = async (key: string) => (await call(key, 'GET', '/keys/own')).body
  expect(await own(keys.read)).toEqual({
    actor: expect.stringMatching(/^key "read" \([0-9a-f]{16}\)$/),
    scopes: ['read'],
  })
  expect(await own(KEY)).toEqual({
    actor: 'key 1 of the environment',
    scopes: ['ingest', 'read', 'write', 'admin'],
  })
})
