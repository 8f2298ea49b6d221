import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand, runService } from '../support/child.ts'
import { describeOnPostgres, startPostgres, type PostgresServer } from '../support/stores/postgres.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { ask } from '../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const data = (name: string) => ({ DRIFTGAUGE_DATA: join(directory, name) })

describe('a file of control state that cannot be used', () => {
  test.each([
    ['is a directory', (path: string) => mkdirSync(path)],
    ['holds something else', (path: string) => writeFileSync(path, 'no database '.repeat(500))],
  ])('because it %s ends the start with its name', async (name, spoil) => {
    const environment = data(name)
    mkdirSync(environment.DRIFTGAUGE_DATA)
    const path = join(environment.DRIFTGAUGE_DATA, 'control.db')
    spoil(path)
    const { code, stderr } = await runService(environment).ended
    expect(stderr).toContain(`driftgauge: The file ${path} cannot be used: `)
    expect(stderr).not.toMatch(/ at .*\.[jt]s:/)
    expect(code).toBe(2)
  })
})

describeOnPostgres('a service with control state in PostgreSQL', () => {
  let server: PostgresServer
  let url: string
  beforeAll(async () => {
    server = await startPostgres()
    atEnd(() => server.stop())
    url = await server.createSchema()
  })
  const start = (name: string, address = url) => runService({ ...data(name), DATABASE_URL: address })

  test('does not start with a wrong password, and does not print it', async () => {
    const wrong = new URL(url)
    wrong.password = 'geheim'
    const { code, stderr } = await start('wrong', wrong.href).ended
    expect(stderr).toMatch(
      /^driftgauge: PostgreSQL cannot be used: password authentication failed.*DATABASE_URL/m,
    )
    expect(stderr).not.toContain('geheim')
    expect(code).toBe(2)
  })

  test('waits for it with a line a try; a command does not wait', async () => {
    await server.kill()
    const command = await runCommand({ ...data('command'), DATABASE_URL: url }, 'silence', 'list').ended
    expect(command.stderr).toContain('driftgauge: PostgreSQL is not available (ECONNREFUSED).')
    expect(command.code).toBe(3)
    const service = start('waits')
    let log = ''
    service.process.stderr!.on('data', (text: string) => (log += text))
    while (log.split('waiting for PostgreSQL').length < 3) await delay(50)
    await server.start()
    await service.url
    service.process.kill('SIGTERM')
    const { code, stderr } = await service.ended
    expect(code).toBe(0)
    const lines = stderr.split('\n').filter((line) => line.includes('waiting for PostgreSQL'))
    expect(lines.map((line) => (JSON.parse(line) as { attempt: number }).attempt)).toEqual(
      lines.map((_, i) => i + 1),
    )
  })

  test('answers 503 and when to ask again while it is away, tells why it is not ready, and goes on after', async () => {
    const service = start('away')
    const api = await service.url
    const headers = { 'content-type': 'application/json' }
    const channel = {
      name: 'team',
      webhook: { url: 'https://example.com', secret: 'a secret of twenty-four bytes' },
    }
    const declare = () =>
      ask(`${api}/api/v1/channels`, { method: 'POST', headers, body: JSON.stringify(channel) })
    await server.kill()
    for (const answer of [await declare(), await ask(`${api}/api/v1/models`)]) {
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('5')
      expect(answer.body).toMatchObject({
        title: 'Store not available',
        detail: expect.stringMatching(/^PostgreSQL is not available/),
      })
    }
    const ready = await ask(`${api}/readyz`)
    expect([ready.status, ready.body.reasons]).toEqual([
      503,
      [expect.stringMatching(/^PostgreSQL is not available/)],
    ])
    expect((await ask(`${api}/healthz`)).status).toBe(200)
    await server.start()
    expect((await declare()).status).toBe(201)
    expect((await ask(`${api}/readyz`)).status).toBe(200)
    service.process.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
  })
})
