import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore, type Store } from '../../store/client.ts'
import { migrate } from '../../store/migrations.ts'
import { startClickHouseServer } from './clickhouse-server.ts'

/** A fresh embedded store for one test file; closed and removed after it. */
export async function temporaryStore(): Promise<Store & { directory: string }> {
  const directory = temporaryDirectory()
  const store = await openStore({ path: join(directory, 'data') })
  await migrate(store, new Date())
  afterAll(() => store.close())
  return { ...store, directory }
}

/** As {@link temporaryStore}, on a real server: see `describeOnServer` for where there is none. */
export async function temporaryServerStore(): Promise<Store & { directory: string; url: string }> {
  const directory = temporaryDirectory()
  const server = await startClickHouseServer(join(directory, 'data'))
  const store = await openStore({ url: server.url })
  await migrate(store, new Date())
  afterAll(async () => {
    await store.close()
    await server.close()
  })
  return { ...store, directory, url: server.url }
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
