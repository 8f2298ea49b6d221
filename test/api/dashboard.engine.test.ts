import { createServer, request, type Server } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../api/app.ts'
import { createLog } from '../../service/log.ts'
import { openModels } from '../../store/models.ts'
import { FULL_KEY } from '../support/api.ts'
import { ask } from '../support/ask.ts'
import { temporaryStore } from '../support/stores/store.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const built = join(directory, 'dashboard')
const PAGE = '<!doctype html><title>Driftgauge</title>'
const SCRIPT = 'export const one = 1\n'.repeat(100)
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const servers: Server[] = []
const url = { built: '', missing: '', open: '' }

beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(built, 'index.html'), PAGE)
  writeFileSync(join(built, 'icon.svg'), '<svg/>')
  writeFileSync(join(built, 'assets/main-Ab12.js'), SCRIPT)
  writeFileSync(join(built, 'assets/plain-Cd34.css'), 'p {}')
  writeFileSync(join(directory, 'secret.txt'), 'not to be seen')
  const store = await temporaryStore()
  const serve = async (dashboard: string, apiKeys = [FULL_KEY]) => {
    const app = createApp({
      store,
      models: openModels(store),
      log: createLog('silent'),
      spool: directory,
      apiKeys,
      clock: () => new Date(),
      readiness: () => Promise.resolve({ reasons: [], warnings: [] }),
      dashboard,
      publicUrl: 'https://drift.example.com',
    })
    const server = createServer(app)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  url.built = await serve(built)
  url.missing = await serve(join(directory, 'none'))
  url.open = await serve(built, [])
})
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
  rmSync(directory, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}) => ask(url.built + path, { headers })

describe('the dashboard', () => {
  test.each([
    '/',
    '/index.html',
    '/models/flights/columns/x?from=2026-01-01',
    '/alerts/0123',
    '/models/a%2Fb/columns/..%2F..%2Fsecret.txt',
    '/models/m/columns/.hidden',
    '/apiary',
  ])('%s is the page, to be asked for anew each time', async (path) => {
    const { status, headers, body } = await get(path, { accept: BROWSER })
    expect([status, body]).toEqual([200, PAGE])
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('cache-control')).toBe('no-cache')
    const head = await fetch(url.built + path, { method: 'HEAD', headers: { accept: BROWSER } })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('is at / for every client; elsewhere a program is told that there is no such route', async () => {
    expect((await get('/')).body).toBe(PAGE)
    const key = { 'x-api-key': FULL_KEY }
    const { status, headers } = await get('/models/flights', key)
    expect([status, headers.get('content-type')]).toEqual([404, expect.stringMatching(/problem\+json/)])
    expect((await get('/models/flights', { ...key, accept: 'application/json' })).status).toBe(404)
    expect((await ask(`${url.built}/models/x`, { method: 'POST', headers: { ...key, accept: BROWSER } })).status).toBe(404) // prettier-ignore
  })

  test('has files that never change, packed where that is worth it', async () => {
    const plain = await get('/assets/main-Ab12.js', { 'accept-encoding': 'identity' })
    expect([plain.status, plain.body]).toEqual([200, SCRIPT])
    const packed = await get('/assets/main-Ab12.js?v=1', { 'accept-encoding': 'br, gzip' })
    expect([packed.status, packed.body]).toEqual([200, SCRIPT])
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(packed.headers.get('content-encoding')).toBe('br')
    const only = await get('/assets/plain-Cd34.css', { 'accept-encoding': 'gzip' })
    expect([only.status, only.body, only.headers.get('content-encoding')]).toEqual([200, 'p {}', null])
    for (const { headers } of [plain, packed, only])
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const { headers } of [plain, packed]) expect(headers.get('vary')).toMatch(/Accept-Encoding/)
    for (const { headers } of [plain, packed])
      expect(headers.get('content-type')).toMatch(/^text\/javascript/)
    const icon = await get('/icon.svg')
    expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache'])
  })

  test.each(['/assets/none.js', '/assets/', '/assets', '/assets/..%2f..%2fsecret.txt', '/assets/%00', '/assets/%E0%A4%A'])(
    '%s is no file, and not the page either',
    async (path) => {
      const { status, headers, body } = await get(path, { accept: BROWSER })
      expect([400, 404]).toContain(status)
      expect(headers.get('content-type')).toMatch(/problem\+json/)
      expect(JSON.stringify(body)).not.toContain('not to be seen')
    },
  ) // prettier-ignore

  test('needs no key, and the API still does', async () => {
    for (const path of [
      '/api/v1/models',
      '/api/v1/nothing',
      '/api/nothing',
      '/api',
      '/metrics',
      '/metrics/x',
    ])
      expect((await get(path, { accept: BROWSER })).status, path).toBe(401)
    for (const path of ['/healthz', '/readyz', '/api/openapi.json'])
      expect((await get(path, { accept: BROWSER })).headers.get('content-type'), path).toMatch(/json/)
  })

  test('that was not built says so', async () => {
    for (const path of ['/', '/models/flights']) {
      const { status, body } = await ask(url.missing + path, { headers: { accept: BROWSER } })
      expect([status, body.title]).toEqual([404, 'No dashboard'])
      expect(body.detail).toMatch(/npm run build/)
    }
    expect((await ask(`${url.missing}/api/v1/models`, { headers: { 'x-api-key': FULL_KEY } })).status).toBe(
      200,
    )
  })
})

test.each(['/', '/assets/main-Ab12.js', '/assets/none.js', '/healthz', '/api/docs', '/api/openapi.json', '/api/v1/models', '/none'])(
  '%s carries the headers that keep browsers safe',
  async (path) => {
    for (const headers of [{}, { 'x-api-key': FULL_KEY }]) {
      const answer = await get(path, headers as Record<string, string>)
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('x-powered-by')).toBeNull()
    }
  },
) // prettier-ignore

/** `fetch` does not let one say another host. */
function ofHost(host: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url.open)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('hosts', () => {
  test.each(['localhost:8080', '127.0.0.1', '127.1.2.3:80', '[::1]:8080', 'drift.example.com'])(
    '%s is ours',
    async (host) => expect(await ofHost(host, '/api/v1/models')).toBe(200),
  )
  test.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '169.254.169.254',
  ])('%s is not: no name that another site lets point here is answered without a key', async (host) => {
    expect(await ofHost(host, '/api/v1/models')).toBe(421)
    expect(await ofHost(host, '/')).toBe(421)
    expect(await ofHost(host, '/healthz')).toBe(200)
  })
})
