import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { runCommand, type Child } from '../../support/child.ts'
import { describeOnDisk, smallDisk } from '../../support/disk.ts'
import { byDay } from '../../support/runner/by-day.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../../support/stores/clickhouse-server.ts'
import {
  describeOnPostgres,
  query,
  startPostgres,
  type PostgresServer,
} from '../../support/stores/postgres.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'driftgauge-demo-run-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function start(environment: Record<string, string> = {}): Child {
  const child = runCommand({ PORT: '0', TMPDIR: directory, ...environment }, 'demo')
  onTestFailed(async () => {
    child.process.kill('SIGKILL')
    await child.ended
  })
  return child
}

/** What a demo has left of its own. */
const left = () => readdirSync(directory).filter((name) => name.startsWith('driftgauge-'))

/** The address, which is printed before anything else. */
async function address(child: Child): Promise<string> {
  const line = await child.line(/^Dashboard: /)
  expect(child.lines[0]).toBe(line)
  return /http:\/\/[\d.]+:\d+/.exec(line)![0]
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

/** Stops the demo as Ctrl-C does. */
async function interrupt(child: Child): Promise<void> {
  child.process.kill('SIGINT')
  expect(await child.ended).toEqual({ code: 0, signal: null, stderr: '' })
  expect(left()).toEqual([])
}

test('the page has the model and its monitors before a flight is read, and Ctrl-C leaves nothing', async () => {
  const child = start()
  const url = await address(child)
  const { models } = await get<{ models: { model: string }[] }>(`${url}/api/v1/overview`)
  expect(models).toMatchObject([{ model: 'flights' }])
  const { monitors } = await get<{ monitors: { name: string }[] }>(`${url}/api/v1/monitors`)
  expect(monitors.map(({ name }) => name)).toEqual(['flights-daily', 'flights-fortnight'])
  await interrupt(child)
})

test('Ctrl-C during the replay ends it as well', async () => {
  const child = start()
  const url = await address(child)
  const latest = async () => {
    const { models } = await get<{ models: { latest_window_end: string | null }[] }>(`${url}/api/v1/overview`)
    return models[0].latest_window_end
  }
  await expect.poll(latest, { timeout: 90_000, interval: 500 }).not.toBeNull()
  await interrupt(child)
}, 120_000)

describeOnDisk('the demo on a disk that is too small', () => {
  test.each(byDay([6], [1, 6, 16]))(
    'says where it needs room, of %i MB',
    async (megabytes) => {
      const { path } = smallDisk(megabytes)
      const child = start({ TMPDIR: path })
      const { code, stderr } = await child.ended
      expect({ code, stderr }).toMatchObject({ code: 2 })
      expect(stderr).toMatch(/^driftgauge: There is no room left .*TMPDIR/m)
      expect(stderr).not.toMatch(/\n {4}at /)
      expect(left()).toEqual([])
    },
    240_000,
  )
})

describeOnServer('the demo with CLICKHOUSE_URL', () => {
  const data = mkdtempSync(join(tmpdir(), 'driftgauge-demo-server-'))
  let server: ClickHouseServer
  beforeAll(async () => {
    server = await startClickHouseServer(data)
  })
  afterAll(async () => {
    await server.close()
    rmSync(data, { recursive: true, force: true })
  })

  async function databases(): Promise<string[]> {
    const client = createClient({ url: server.url })
    const result = await client.query({ query: 'SHOW DATABASES', format: 'JSONEachRow' })
    const found = await result.json<{ name: string }>()
    await client.close()
    return found.map(({ name }) => name)
  }

  test('runs on the server, and drops its database at the end', async () => {
    const child = start({ CLICKHOUSE_URL: server.url })
    await address(child)
    expect(await databases()).toContain('driftgauge_demo')
    await interrupt(child)
    expect(await databases()).not.toContain('driftgauge_demo')
  })

  test('says what is wrong with an address where nothing answers', async () => {
    const child = start({ CLICKHOUSE_URL: 'http://127.0.0.1:9' })
    const { code, stderr } = await child.ended
    expect({ code, stderr }).toMatchObject({ code: 3 })
    expect(stderr).toMatch(/^driftgauge: .*ClickHouse/)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect(left()).toEqual([])
  })
})

describeOnPostgres('the demo with DATABASE_URL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  const schemas = async () =>
    (await query(server.url, 'SELECT nspname FROM pg_namespace')).map(({ nspname }) => nspname)

  test('keeps its control state there, and drops its schema at the end', async () => {
    const child = start({ DATABASE_URL: server.url })
    await address(child)
    expect(await query(server.url, 'SELECT name FROM driftgauge_demo.models')).toEqual([{ name: 'flights' }])
    await interrupt(child)
    expect(await schemas()).not.toContain('driftgauge_demo')
  })
})
