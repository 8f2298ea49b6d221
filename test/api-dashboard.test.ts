import { once } from 'node:events'
import { request } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { beforeAll, describe, expect, test } from 'vitest'
import { dashboardRoutes } from '../api/dashboard.ts'
import { createLog } from '../cli/log.ts'
import { errorHandler } from '../api/problem.ts'
import { testService, type TestService } from './support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await testService(undefined, { PUBLIC_URL: 'https://drift.example.com' })
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers })

/** `fetch` does not let one say another host. */
function ofHost(host: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('the files of the dashboard', () => {
  test.each([
    '/',
    '/models/flights',
    '/models/a%2Fb/columns/%F0%9F%9B%AB?at=2001-04-19T00:00:00Z',
    '/alerts',
  ])('%s is the page', async (path) => {
    const response = await get(path, { accept: 'text/html' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(await response.text()).toContain('<div id="app">')
  })

  test('assets are kept for good, and packed', async () => {
    const [, path] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await get('/')).text())!
    const response = await get(path, { 'accept-encoding': 'gzip' })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect((await get('/icon.svg')).headers.get('content-type')).toMatch(/^image\/svg/)
  })

  test.each(['/api/v1/nothing', '/api/nothing', '/assets/nothing.js', '/metrics'])(
    '%s is none of its pages',
    async (path) => {
      const response = await get(path, { accept: 'text/html' })
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    },
  )

  test('only pages are answered to who wants a page', async () => {
    expect((await get('/models/flights', { accept: 'application/json' })).status).toBe(404)
    expect((await fetch(`${service.url}/models/flights`, { method: 'POST' })).status).toBe(404)
    expect((await get('/..%2f..%2fpackage.json')).status).not.toBe(500)
  })

  test('where they were not built a page says what to do', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
    mkdirSync(join(directory, 'assets'))
    const app = express()
      .use(dashboardRoutes(directory))
      .use(errorHandler(createLog('silent')))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      404,
      expect.stringContaining('npm run build'),
    ])
    writeFileSync(join(directory, 'index.html'), '<!doctype html>')
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
    server.close()
    rmSync(directory, { recursive: true })
  })
})

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
