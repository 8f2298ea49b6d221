import { beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await testService(undefined, { PUBLIC_URL: 'https://drift.example.com/monitoring' })
})

const JSON_TYPE = 'application/json'
const model = (name: string) =>
  Buffer.from(JSON.stringify({ name, task: 'binary', features: { a: 'numeric' } }))
const declare = (name: string, headers: Record<string, string>) =>
  service.call('POST', '/models', model(name), headers)
const exists = async (name: string) => (await service.call('GET', `/models/${name}`)).status === 200

describe('a body', () => {
  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', { 'content-type': 'text/plain;charset=UTF-8' }],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['anything', { 'content-type': 'application/octet-stream' }],
  ])('that is sent as %s, as a page of any site can, is refused', async (name, headers) => {
    const { status, body } = await declare('sneaked', headers)
    expect([status, body.title], name).toEqual([415, 'Unsupported type'])
    expect(body.detail).toMatch(/send the header "Content-Type: application\/json"\.$/)
    expect(await exists('sneaked')).toBe(false)
  })

  test('of no type is refused', async () => {
    const answer = await ask(`${service.url}/api/v1/models`, { method: 'POST', body: model('sneaked') })
    expect([answer.status, answer.body.detail]).toEqual([
      415,
      expect.stringMatching(/^A body without a Content-Type/),
    ])
    expect(await exists('sneaked')).toBe(false)
  })

  test('is refused as well where a route reads none, or reads records', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await declare('records', { 'content-type': JSON_TYPE })).status).toBe(201)
    for (const [method, path] of [
      ['POST', '/channels/none/test'],
      ['POST', '/dead-letters/replay'],
      ['POST', '/models/records/predictions'],
      ['POST', '/models/records/baselines'],
      ['PATCH', '/models/records'],
      ['DELETE', '/models/records'],
    ])
      expect((await service.call(method, path, Buffer.from('a=1'), form)).status, path).toBe(415)
    expect((await service.call('POST', '/dead-letters/replay', undefined, form)).status).toBe(415)
    expect(await exists('records')).toBe(true)
  })

  test('of the type of its route is taken, and none needs no type', async () => {
    expect((await declare('typed', { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(201)
    const patch = { 'content-type': 'application/merge-patch+json' }
    expect((await service.call('PATCH', '/models/typed', Buffer.from('{}'), patch)).status).toBe(200)
    expect((await service.call('POST', '/models', Buffer.from('{}'), patch)).status).toBe(415)
    expect((await service.call('POST', '/dead-letters/replay')).status).toBe(200)
    expect((await service.call('DELETE', '/models/typed')).status).toBe(200)
  })
})

describe('a page', () => {
  const typed = { 'content-type': JSON_TYPE }

  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'https://drift.example.com:8443',
    'https://drift.example.com.evil.example',
  ])('of %s may not change anything', async (origin) => {
    const { status, body } = await declare('foreign', { ...typed, origin })
    expect([status, body.detail]).toEqual([403, expect.stringMatching(/"Origin".*PUBLIC_URL/)])
    expect((await service.call('DELETE', '/models/foreign', undefined, { origin })).status).toBe(403)
    const report = await service.call('POST', `/retrains/${'0'.repeat(32)}/status`, { status: 'running' }, { origin })
    expect(report.status).toBe(403)
    expect((await service.call('GET', '/models', undefined, { origin })).status, 'reading is no change').toBe(200)
    expect(await exists('foreign')).toBe(false)
  }) // prettier-ignore

  test('of the service itself may, under its own address and that of PUBLIC_URL', async () => {
    const origins = [service.url, 'https://drift.example.com', 'https://drift.example.com:443']
    for (const [i, origin] of origins.entries())
      expect((await declare(`own-${i}`, { ...typed, origin })).status, origin).toBe(201)
  })
})
