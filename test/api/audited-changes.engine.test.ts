import { beforeAll, describe, expect, test } from 'vitest'
import { apiFixture, DAY, SECRET, type ApiFixture } from '../support/api.ts'

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture(2)
  const { call } = fixture
  await call('POST', '/models', { name: 'removed', task: 'binary', features: {} })
  await call('POST', '/silences', silence)
})

const end = new Date(Date.now() + DAY).toISOString()
const silence = { matchers: [{ field: 'model', value: 'a' }], end, author: 'Ann' }

/** Requests that change control state, and where what they change is read. */
const CHANGES: [string, string, unknown, string][] = [
  ['POST', '/models', { name: 'new', task: 'binary', features: {} }, '/models'],
  ['PATCH', '/models/shop', { features: { added: 'numeric' } }, '/models/shop'],
  ['DELETE', '/models/removed', undefined, '/models'],
  ['POST', '/monitors', { name: 'new', model: 'shop' }, '/monitors'],
  ['PATCH', '/monitors/daily', { window: '12h' }, '/monitors/daily'],
  ['DELETE', '/monitors/daily', undefined, '/monitors/daily'],
  [
    'POST',
    '/channels',
    { name: 'new', webhook: { url: 'https://example.com', secret: SECRET } },
    '/channels',
  ],
  ['PATCH', '/routes/critical', { match: { severity: 'warning' } }, '/routes/critical'],
  ['DELETE', '/routes/critical', undefined, '/routes'],
  ['PATCH', '/topics/flat', { fields: { version: 'v' } }, '/topics/flat'],
  ['POST', '/silences', silence, '/silences'],
  ['POST', '/keys', { name: 'new', scopes: ['read'] }, '/keys'],
  ['POST', '/models/shop/baselines/1/activate', { for_version: '2' }, '/models/shop/baselines'],
  ['POST', `/alerts/${'1'.repeat(32)}/ack`, { by: 'Ann' }, `/alerts/${'1'.repeat(32)}`],
]

describe('a change whose audit entry cannot be stored is not made', () => {
  test.each(CHANGES)('%s %s', async (method, path, body, read) => {
    const { call, service } = fixture
    const { control } = service.store
    const before = await call('GET', read)
    const hidden = async (from: string, to: string) => control.schema.alterTable(from).renameTo(to).execute()
    await hidden('audit', 'audit_hidden')
    const failed = await call(method, path, body)
    await hidden('audit_hidden', 'audit')
    expect(failed.status).toBe(500)
    expect((await call('GET', read)).body).toEqual(before.body)
  })
})

test('a change that is refused leaves no audit entry, one that is made leaves its own', async () => {
  const { call } = fixture
  const entries = async () => (await call('GET', '/audit?subject=silence')).body.entries
  const [{ name }] = await entries()
  const refused = await call('PATCH', `/silences/${name}`, { author: 'Bob', comment: 'x' }, { 'if-match': '"9"' }) // prettier-ignore
  expect([refused.status, refused.body.current_etag, refused.body.differs]).toEqual([412, '"1"', ['comment']])
  expect(await entries()).toHaveLength(1)
  await call('PATCH', `/silences/${name}`, { author: 'Bob', comment: 'x' }, { 'if-match': '"1"' })
  const [changed, created] = await entries()
  expect([created.before, changed.before]).toEqual([null, created.after])
  expect(changed.after).not.toBe(changed.before)
  expect(changed.name).toBe(name)
})

test('a condition that is no entity tag is refused', async () => {
  for (const tag of ['1', '"1', 'W/1', '"1" "2"']) {
    const answer = await fixture.call('PATCH', '/monitors/daily', {}, { 'if-match': tag })
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'If-Match'])
  }
})
