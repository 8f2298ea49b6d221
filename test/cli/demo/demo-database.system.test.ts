import { afterAll, beforeAll, expect, test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemoDatabase } from '../../../cli/demo/database.ts'
import { openStore } from '../../../store/engine/client.ts'
import { migrate } from '../../../store/schema/migrations.ts'
import { rows } from '../../../store/engine/query.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../../support/stores/clickhouse-server.ts'

describeOnServer('the demo on a ClickHouse server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-demo-'))
  let server: ClickHouseServer
  beforeAll(async () => {
    server = await startClickHouseServer(directory)
  })
  afterAll(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })

  async function tables(url: string): Promise<number> {
    const store = await openStore({ url }, 'memory')
    const [{ n }] = await rows<{ n: number }>(
      store.read,
      'SELECT count() AS n FROM system.tables WHERE database = currentDatabase()',
    )
    await store.close()
    return n
  }

  async function fill(url: string): Promise<void> {
    const store = await openStore({ url }, 'memory')
    await migrate(store, new Date())
    await store.close()
  }

  test('has a database of its own, empty each time, and leaves nothing', async () => {
    await fill(server.url)
    const before = await tables(server.url)
    const first = await createDemoDatabase(server.url)
    expect(await tables(first.url)).toBe(0)
    await fill(first.url)
    expect(await tables(first.url)).toBe(before)
    const second = await createDemoDatabase(server.url)
    expect(await tables(second.url)).toBe(0)
    await second.drop()
    expect(await tables(server.url)).toBe(before)
    await expect(tables(second.url)).rejects.toThrow(/driftgauge_demo/)
  })
})
