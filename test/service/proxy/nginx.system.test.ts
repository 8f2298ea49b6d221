import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { Agent, buildConnector, fetch, type RequestInit } from 'undici'
import { beforeAll, expect, test } from 'vitest'
import { createAuthority, type Certificate } from '../../support/certificates.ts'
import { runService } from '../../support/child.ts'
import { freePorts } from '../../support/free-ports.ts'
import { describeBehindNginx, startNginx } from '../../support/nginx/nginx.ts'
import { chromiumPath, describeBrowser } from '../../support/pages/browser.ts'
import { ROOT } from '../../support/root.ts'
import { atEnd } from '../../support/runner/at-end.ts'

const KEY = 'a-key-of-32-characters-0123456789'
const SITE = 'https://drift.example.com'
const KEYED = { authorization: `Bearer ${KEY}` }
const NDJSON = { ...KEYED, 'content-type': 'application/x-ndjson' }
const recipes = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8')

/** The block of the page; every replacement has to find what it replaces. */
function configuration(replacements: Record<string, string>): string {
  const [, block] = /```nginx\n([\s\S]*?)```/.exec(recipes)!
  return Object.entries(replacements).reduce((text, [from, to]) => {
    expect(text.split(from), from).toHaveLength(2)
    return text.replace(from, to)
  }, block)
}

describeBehindNginx('behind nginx, set up as docs/recipes.md says', () => {
  let port: number
  let certificate: Certificate
  let dispatcher: Agent
  const send = (path: string, init: RequestInit = {}) => fetch(`${SITE}${path}`, { ...init, dispatcher })
  const declare = (name: string, headers: Record<string, string>) =>
    send('/api/v1/models', {
      method: 'POST',
      headers: { ...KEYED, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name, task: 'binary', features: { x: 'numeric' } }),
    })

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-proxied-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    const authority = createAuthority(directory, 'proxy')
    certificate = authority.sign('drift.example.com')
    const service = runService({
      DRIFTGAUGE_DATA: join(directory, 'data'),
      DRIFTGAUGE_API_KEYS: KEY,
      PUBLIC_URL: SITE,
    })
    atEnd(async () => {
      service.process.kill('SIGTERM')
      expect((await service.ended).code).toBe(0)
    })
    const url = await service.url
    ;[port] = await freePorts(1)
    const nginx = await startNginx(
      configuration({
        'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
        '/etc/ssl/drift.example.com.pem': certificate.path,
        '/etc/ssl/drift.example.com.key': certificate.path,
        'http://127.0.0.1:8080': url,
      }),
      port,
    )
    atEnd(() => nginx.stop())
    // Clients name the site and its usual port; only the connection goes elsewhere.
    const connect = buildConnector({ ca: authority.ca, checkServerIdentity: () => undefined })
    dispatcher = new Agent({
      connect: (options, callback) =>
        connect({ ...options, hostname: '127.0.0.1', host: '127.0.0.1', port: String(port) }, callback),
    })
    atEnd(() => dispatcher.close())
    expect((await declare('flights', {})).status).toBe(201)
  }, 120_000)

  test('large bodies are taken, packed or not', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) =>
      JSON.stringify({ id: `p${i}`, ts: '2026-01-05T10:00:00Z', features: { x: i }, prediction: 'no' }),
    ).join('\n')
    expect(lines.length, 'more than nginx takes by default').toBeGreaterThan(5_000_000)
    for (const [body, headers] of [
      [lines, NDJSON],
      [gzipSync(lines), { ...NDJSON, 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await send('/api/v1/models/flights/predictions', { method: 'POST', headers, body })
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ accepted: 100_000 })]) // prettier-ignore
    }
  })

  test('a body that is refused before it is read is answered with the reason', async () => {
    const body = Buffer.alloc(50_000_000, '\n')
    const headers = { ...NDJSON, authorization: 'Bearer a-wrong-key-0123456789' }
    const answer = await send('/api/v1/models/flights/predictions', { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ title: 'Key required' })]) // prettier-ignore
  })

  test('a change is told at once, while the stream stays open', async () => {
    const stream = await send('/api/v1/events', { headers: KEYED })
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reader = stream.body!.getReader()
    let text = ''
    const until = async (part: string) => {
      while (!text.includes(part)) {
        const { value, done } = await reader.read()
        expect(done, text).toBe(false)
        text += Buffer.from(value as Uint8Array).toString('utf8')
      }
    }
    await until('retry: ')
    expect((await declare('told', {})).status).toBe(201)
    await until('{"topic":"models"}')
    await reader.cancel()
  }, 10_000)

  test('pages of the site may change things, and pages of other sites may not', async () => {
    expect((await declare('own', { origin: SITE })).status).toBe(201)
    for (const origin of ['https://evil.example', `${SITE}:8443`, 'null']) {
      const answer = await declare('foreign', { origin })
      expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ detail: expect.stringMatching(/"Origin"/) })]) // prettier-ignore
    }
    expect((await send('/api/v1/models/foreign', { headers: KEYED })).status).toBe(404)
  })

  test('metrics stay inside', async () => {
    const answer = await send('/metrics', { headers: KEYED })
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringMatching(/nginx/)])
  })

  describeBrowser('in a browser', () => {
    test('the dashboard opens, and shows a change without being loaded again', async () => {
      const browser = await chromium.launch({
        executablePath: chromiumPath!,
        args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP drift.example.com:443 127.0.0.1:${port}`], // prettier-ignore
      })
      atEnd(() => browser.close())
      const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      await page.goto(SITE)
      await page.getByLabel('API key').fill(KEY)
      await page.getByRole('button', { name: 'Open the dashboard' }).click()
      await page.getByText('Live', { exact: true }).waitFor()
      expect((await declare('meanwhile', {})).status).toBe(201)
      await page.getByRole('link', { name: 'meanwhile' }).waitFor()
      expect(faults).toEqual([])
    }, 60_000)
  })
})
