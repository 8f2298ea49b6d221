import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../api/contract/routes.ts'
import { ask } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'
import { ROOT } from '../support/root.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})

describe('the OpenAPI document', () => {
  test('is valid, and describes every route there is', async () => {
    const { status, body } = await ask(`${service.url}/api/openapi.json`)
    expect(status).toBe(200)
    const { valid, errors } = await new Validator().validate(structuredClone(body))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    const described = Object.entries(
      body.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path]),
    )
    expect(described.sort()).toEqual(
      Object.entries(ROUTES)
        .map(([id, { method, path }]) => [id, method, `/api/v1${path.replace(/:(\w+)/g, '{$1}')}`])
        .sort(),
    )
  })

  test('refers to nothing that is not in it, and leaves nothing unused', async () => {
    const { body } = await ask(`${service.url}/api/openapi.json`)
    const text = JSON.stringify(body)
    const references = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))
    expect([...references].sort()).toEqual(Object.keys(body.components.schemas).sort())
    expect(text.match(/"\$ref":"(?!#\/components)/g)).toBeNull()
  })
})

describe('the page for people', () => {
  test('loads all it needs from here, under a policy that allows nothing else', async () => {
    const answer = await fetch(`${service.url}/api/docs`)
    const page = await answer.text()
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    const policy = answer.headers.get('content-security-policy')!
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
    expect(assets.length).toBeGreaterThan(4)
    for (const path of assets) {
      expect(path).toMatch(/^\/api\//)
      const asset = await fetch(service.url + path)
      expect(asset.status, path).toBe(200)
      expect((await asset.arrayBuffer()).byteLength, path).toBeGreaterThan(100)
    }
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
    const start = await fetch(`${service.url}/api/docs/start.js`)
    expect(start.headers.get('content-type')).toMatch(/javascript/)
    expect(await start.text()).toMatch(/validatorUrl: null/)
  })

  test('serves nothing else of the package', async () => {
    for (const path of ['package.json', 'index.html', 'swagger-ui.css.map', '..%2fpackage.json', ''])
      expect((await fetch(`${service.url}/api/docs/${path}`)).status, path).toBe(path === '' ? 200 : 404)
  })
})

test('a service that asks for no keys makes none', async () => {
  expect((await service.call('POST', '/keys', { name: 'k', scopes: ['read'] })).status).toBe(409)
  expect((await service.call('GET', '/models', undefined, { 'x-api-key': 'any' })).status).toBe(200)
})

test('docs/api.md lists every route with its scope', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(GET|POST|PATCH|DELETE) (\S+)`\s*\| (\w+)/gm)].map(([, ...row]) =>
    row.join(' '),
  )
  const routes = Object.values(ROUTES).map(
    ({ method, path, scope }) => `${method.toUpperCase()} ${path} ${scope}`,
  )
  expect(listed.sort()).toEqual(routes.sort())
})

test('docs/api.md shows an error as it is answered', async () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8')
  const example = JSON.parse(page.split('## Errors')[1].split('```json\n')[1].split('```')[0])
  const monitor = { name: 'flights-daily', model: 'flights', window: '90m' }
  const { body } = await service.call('POST', '/monitors', monitor)
  expect({ ...body, request_id: example.request_id }).toEqual(example)
})
