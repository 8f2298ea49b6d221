import { beforeAll, expect, test } from 'vitest'
import { deleteOld } from '../../../control/retention/retention.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'

let service: TestService
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.call(method, path, body, { authorization: `Bearer ${KEY}`, ...headers })
const texts = async (query = '') =>
  (await call('GET', `/annotations${query}`)).body.annotations.map(({ text }: { text: string }) => text)

beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
  for (const name of ['shop', 'trains'])
    await call('POST', '/models', { name, task: 'binary', features: { x: 'numeric' } })
  for (const [text, model, from, to] of [
    ['before', 'shop', '2026-01-01', undefined],
    ['holiday', undefined, '2026-01-05', '2026-01-08'],
    ['release', 'shop', '2026-01-07', undefined],
    ['other model', 'trains', '2026-01-07', undefined],
    ['after', 'shop', '2026-02-01', undefined],
  ])
    expect((await call('POST', '/annotations', { kind: 'note', text, model, from, to })).status).toBe(201)
})

test('are listed by what overlaps a period, those of all models with each model’s', async () => {
  expect(await texts('?model=shop&from=2026-01-06&to=2026-01-31')).toEqual(['holiday', 'release'])
  expect(await texts('?model=trains')).toEqual(['holiday', 'other model'])
  expect(await texts('?from=2026-01-08&to=2026-01-08')).toEqual(['holiday'])
  expect(await texts('?to=2026-01-04')).toEqual(['before'])
  const all = await texts()
  expect([all[0], all[1], all.at(-1)]).toEqual(['before', 'holiday', 'after'])
  expect(all.toSorted()).toEqual(['after', 'before', 'holiday', 'other model', 'release'])
})

test('are listed page by page', async () => {
  const seen: string[] = []
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const page: { annotations: { text: string }[]; next_cursor?: string } = (
      await call('GET', `/annotations?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ).body
    seen.push(...page.annotations.map(({ text }) => text))
    cursor = page.next_cursor
  }
  expect(seen.toSorted()).toEqual(['after', 'before', 'holiday', 'other model', 'release'])
})

test('are made once for each id that the sender gives', async () => {
  const body = { external_id: 'build 7', kind: 'deployment', text: 'v2', from: '2026-03-01' }
  const first = await call('POST', '/annotations', body)
  const again = await call('POST', '/annotations', { ...body, text: 'v2, sent again' })
  expect([first.status, again.status]).toEqual([201, 200])
  expect(again.body).toEqual(first.body)
  const { entries } = (await call('GET', `/audit?subject=annotation&name=${first.body.id}`)).body
  expect(entries.map(({ before, after }: Record<string, string | null>) => before === after)).toEqual([
    true,
    false,
  ])
  const both = await Promise.all(
    ['a', 'b'].map((text) => call('POST', '/annotations', { ...body, external_id: 'build 8', text })),
  )
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 201])
  expect(both[0].body.id).toBe(both[1].body.id)
})

test.each([
  [{ text: '' }, 400, 'text: say what it is'],
  [{ text: 'x'.repeat(501) }, 400, 'text: '],
  [{ kind: 'party' }, 400, 'kind: '],
  [{ link: 'javascript:alert(1)' }, 400, 'link: a link must start with https:// or http://'],
  [{ link: 'https://ann:secret@example.com' }, 400, 'link: a link must not contain a user name or password'],
  [{ from: '2026-01-02', to: '2026-01-01' }, 400, 'to: must be after "from"'],
  [{ from: 'soon' }, 400, 'from: write a time as'],
  [{ model: 'nobody' }, 422, 'model: there is no model "nobody"'],
  [{ colour: 'red' }, 400, 'colour'],
])('are refused with %j', async (wrong, status, detail) => {
  const answer = await call('POST', '/annotations', { kind: 'note', text: 'ok', ...wrong })
  expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)])
})

test('are changed only as they were seen, and removed', async () => {
  const hostile = '<script>alert(1)</script> {x|y} \u202e'
  const { body, headers } = await call('POST', '/annotations', { kind: 'note', text: 'draft', model: 'shop', to: '2106-01-01' }) // prettier-ignore
  expect(body).toMatchObject({ created_by: 'key 1 of the environment', revision: 1 })
  const etag = headers.get('etag')!
  const path = `/annotations/${body.id}`
  const changed = await call('PATCH', path, { text: hostile, to: null, model: null }, { 'if-match': etag })
  expect(changed.body).toMatchObject({ text: hostile.trim(), to: null, model: null, revision: 2 })
  expect((await call('PATCH', path, { text: 'late' }, { 'if-match': etag })).status).toBe(412)
  expect((await call('DELETE', path, undefined, { 'if-match': etag })).status).toBe(412)
  expect((await call('DELETE', path)).status).toBe(204)
  expect((await call('PATCH', path, { text: 'gone' })).status).toBe(404)
  const { entries } = (await call('GET', `/audit?subject=annotation&name=${body.id}`)).body
  expect(entries.map(({ action }: { action: string }) => action)).toEqual([
    'deleteAnnotation',
    'patchAnnotation',
    'createAnnotation',
  ])
})

test('are not written with a key that may only read', async () => {
  const { key } = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body
  const reader = { authorization: `Bearer ${key}` }
  expect((await call('GET', '/annotations', undefined, reader)).status).toBe(200)
  expect((await call('POST', '/annotations', { kind: 'note', text: 'no' }, reader)).status).toBe(403)
})

test('go with their model, and with age', async () => {
  await call('POST', '/models', { name: 'gone', task: 'binary', features: {} })
  await call('POST', '/annotations', { kind: 'note', text: 'of the gone', model: 'gone' })
  expect((await call('DELETE', '/models/gone')).body.deleted).toContain('annotations')
  expect(await texts()).not.toContain('of the gone')
  const before = new Date('2026-01-06')
  expect(await deleteOld(service.store.control, 'alerts', before, { limit: 100 })).toBe(1)
  expect(await texts('?to=2026-01-31'), 'a period counts by its end').toEqual(
    expect.arrayContaining(['holiday']),
  )
  expect(await texts()).not.toContain('before')
})
