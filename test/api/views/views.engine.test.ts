/** Saved views of the dashboard: shared by all keys, saved and removed by those that may write. */
import { beforeAll, expect, test } from 'vitest'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { listViews, MAX_VIEWS, removeView, saveView } from '../../../control/declared/saved-views.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
let service: TestService
let readKey: string
const call = (method: string, path: string, body?: unknown, key = KEY) =>
  service.call(method, path, body, { authorization: `Bearer ${key}` })

beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
  const { body } = await call('POST', '/keys', { name: 'reader', scopes: ['read'] })
  readKey = body.key
})

test('a view is seen by a read key, which neither saves nor removes one', async () => {
  const path = '/models/flights?range=7d&segment=origin%3DORD'
  const saved = await call('POST', '/views', { name: '  Flights this week ', path })
  expect([saved.status, saved.body]).toEqual([
    201,
    expect.objectContaining({ name: 'Flights this week', path }),
  ])
  const { views } = (await call('GET', '/views', undefined, readKey)).body
  expect(views).toEqual([saved.body])
  expect((await call('POST', '/views', { name: 'mine', path: '/' }, readKey)).status).toBe(403)
  expect((await call('DELETE', `/views/${saved.body.id}`, undefined, readKey)).status).toBe(403)
  expect((await call('DELETE', `/views/${saved.body.id}`)).status).toBe(204)
  expect((await call('DELETE', `/views/${saved.body.id}`)).status).toBe(404)
  expect((await call('GET', '/views')).body.views).toEqual([])
  const { entries } = (await call('GET', '/audit?subject=view')).body
  expect(entries.map(({ action, name }: Record<string, string>) => [action, name])).toEqual([
    ['deleteView', saved.body.id],
    ['saveView', saved.body.id],
  ])
})

test('a name is given once, and the answer says what to do', async () => {
  expect((await call('POST', '/views', { name: 'Firing', path: '/alerts' })).status).toBe(201)
  const again = await call('POST', '/views', { name: 'Firing', path: '/' })
  expect([again.status, again.body.detail]).toEqual([409, 'A view "Firing" is saved already. Choose another name, or remove that view first.']) // prettier-ignore
})

test.each([
  '//evil.example/x', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', 'alerts', '', '/a b', '/a\n',
  '/models//x', `/${'x'.repeat(2000)}`,
])('refuses %j, which is no path of the dashboard', async (path) => {
  expect((await call('POST', '/views', { name: 'bad', path })).status).toBe(400)
}) // prettier-ignore

test('refuses a name of over 100 characters, or none', async () => {
  for (const name of ['', '   ', 'x'.repeat(101)])
    expect((await call('POST', '/views', { name, path: '/' })).status).toBe(400)
})

describeOnBoth('stored views', (open) => {
  test('have names of their own, and their number ends', async () => {
    const control = await open()
    const view = (i: number, name = `view ${i}`) => ({ id: `${i}`.padStart(16, '0'), name, path: '/', saved_at: 1, saved_by: 'Ann' }) // prettier-ignore
    expect(await saveView(control, view(0))).toBe('saved')
    expect(await saveView(control, view(1, 'view 0'))).toBe('name taken')
    expect(await listViews(control)).toEqual([view(0)])
    const rest = Array.from({ length: MAX_VIEWS - 1 }, (_, i) => view(i + 1))
    await control.insertInto('saved_views').values(rest).execute()
    expect(await saveView(control, view(MAX_VIEWS))).toBe('too many')
    expect(await removeView(control, view(3).id)).toBe(true)
    expect(await removeView(control, view(3).id)).toBe(false)
  })
})
