import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import { command } from '../../support/command.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { testService, type TestService } from '../../support/service.ts'

const FILE = `models:
  - { name: shop, task: binary, features: { x: numeric } }
monitors:
  - { name: first, model: shop, window: 12h }
  - { name: second, model: shop, window: 12h }
`

let service: TestService
/** Leads to the service, and does something before the first request that changes anything. */
let url: string
let meanwhile: () => Promise<unknown> = async () => {}
let file: string
beforeAll(async () => {
  service = await testService()
  file = join(service.directory, 'shop.yaml')
  writeFileSync(file, FILE)
  const proxy = createServer((request, response) => void forward(request, response))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  atEnd(() => void proxy.close())
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
})

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  if (request.method === 'POST') {
    const once = meanwhile
    meanwhile = async () => {}
    await once()
  }
  const { headers, method } = request
  const sent = Object.entries(headers).filter(([name]) =>
    ['content-type', 'if-match', 'if-none-match'].includes(name),
  )
  const answer = await fetch(`${service.url}${request.url}`, {
    method: method!,
    headers: Object.fromEntries(sent) as Record<string, string>,
    ...(body !== '' && { body }),
  })
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
  response.end(await answer.text())
}

const apply = () => command(['apply', '-f', file], { DRIFTGAUGE_URL: url, LOG_LEVEL: 'silent' })
const monitor = async (name: string) => (await service.call('GET', `/monitors/${name}`)).body

test('what somebody creates meanwhile is not overwritten', async () => {
  meanwhile = () => service.call('POST', '/models', { name: 'shop', task: 'regression', features: {} })
  const { code, stderr, stdout } = await apply()
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('model "shop": another change was made after it was compared with the file, and is kept. It now differs from the file in task, features. Run apply again') // prettier-ignore
  expect(stderr).toContain('Nothing was changed.')
  expect((await service.call('GET', '/models/shop')).body.task).toBe('regression')
  await service.call('DELETE', '/models/shop')
})

test('what somebody changes meanwhile is kept, and what comes after it is not applied', async () => {
  expect((await apply()).code).toBe(0)
  for (const name of ['first', 'second']) await service.call('PATCH', `/monitors/${name}`, { window: '24h' })
  meanwhile = () => service.call('PATCH', '/monitors/second', { grace: '1h' })
  const { code, stderr } = await apply()
  expect(code).toBe(2)
  expect(stderr).toContain('monitor "second": another change was made')
  expect(stderr).toContain('in window, grace.')
  expect(stderr).toContain('Already applied: monitor "first" changed.')
  expect(await monitor('first')).toMatchObject({ window: '12h' })
  expect(await monitor('second')).toMatchObject({ window: '24h', grace: '1h' })

  expect((await apply()).code).toBe(0)
  expect(await monitor('second')).toMatchObject({ window: '12h', grace: '10m' })
})

test('what somebody removes meanwhile is not brought back', async () => {
  await service.call('PATCH', '/monitors/first', { window: '24h' })
  meanwhile = () => service.call('DELETE', '/monitors/first')
  const { code, stderr } = await apply()
  expect([code, stderr]).toEqual([2, expect.stringContaining('monitor "first": another change was made')])
  expect((await service.call('GET', '/monitors/first')).status).toBe(404)
})
