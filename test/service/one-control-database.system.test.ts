import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand, runService, type Child } from '../support/child.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../support/stores/clickhouse-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function end(child: Child): Promise<void> {
  child.process.kill('SIGTERM')
  expect((await child.ended).code).toBe(0)
}

async function expectRefused(child: Child): Promise<void> {
  const { code, stderr } = await child.ended
  expect(stderr).toContain('This ClickHouse belongs to another control database')
  expect(stderr).toContain('set DATABASE_URL')
  expect(code).toBe(2)
  expect(child.lines).toEqual([])
}

describeOnServer('one ClickHouse server', () => {
  let server: ClickHouseServer
  beforeAll(async () => {
    server = await startClickHouseServer(join(directory, 'store'))
  })
  afterAll(() => server.close())
  const environment = (data: string) => ({
    CLICKHOUSE_URL: server.url,
    DRIFTGAUGE_DATA: join(directory, data),
    LOG_LEVEL: 'error',
  })

  test('has one control database, even where two start at once', { timeout: 180_000 }, async () => {
    const children = { a: runService(environment('a')), b: runService(environment('b')) }
    const starts = await Promise.allSettled([children.a.url, children.b.url])
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [owner, other] = starts[0].status === 'fulfilled' ? (['a', 'b'] as const) : (['b', 'a'] as const)
    await expectRefused(children[other])

    await expectRefused(runService(environment('c')))
    await expectRefused(runCommand(environment('c'), 'silence', 'list'))
    const second = runService(environment(owner), '--roles', 'api')
    await second.url
    await Promise.all([end(second), end(children[owner])])

    const adopted = runCommand(environment('c'), 'adopt')
    expect((await adopted.ended).code).toBe(0)
    expect(adopted.lines.join()).toMatch(/^ClickHouse now belongs to this control database/)
    await expectRefused(runService(environment(owner)))
    const third = runService(environment('c'))
    await third.url
    await end(third)
  })
})

test(
  'a data directory that is copied, or moved, belongs together as before',
  { timeout: 60_000 },
  async () => {
    const data = join(directory, 'original')
    const original = runService({ DRIFTGAUGE_DATA: data })
    await original.url
    await end(original)
    cpSync(data, join(directory, 'copy'), { recursive: true })
    const copy = runService({ DRIFTGAUGE_DATA: join(directory, 'copy') })
    await copy.url
    await end(copy)

    rmSync(join(data, 'control.db'))
    await expectRefused(runService({ DRIFTGAUGE_DATA: data }))
  },
)
