import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store, type StoreLocation } from '../../../store/engine/client.ts'
import { migrate } from '../../../store/schema/migrations.ts'
import { atEnd } from '../runner/at-end.ts'
import { startClickHouseCluster, startClickHouseServer, type ClickHouseCluster } from './clickhouse-server.ts'

/** Where another connection, or another process, finds it: a directory, or the address of a server. */
type TemporaryStore<Location extends StoreLocation> = Store & { directory: string; location: Location }

/** A fresh store for one test file; closed and removed after it. Embedded, unless `TEST_STORE` is `server` or `cluster`. */
export async function temporaryStore(): Promise<TemporaryStore<StoreLocation>> {
  if (process.env.TEST_STORE === 'server') return temporaryServerStore()
  if (process.env.TEST_STORE === 'cluster') return temporaryClusterStore()
  const directory = temporaryDirectory()
  const location = { path: join(directory, 'data') }
  const store = await openStore(location, { path: join(directory, 'control.db') })
  await migrate(store, new Date())
  atEnd(() => store.close())
  return { ...store, directory, location }
}

/** As {@link temporaryStore}, on a real server: see `describeOnServer` for where there is none. */
export async function temporaryServerStore(): Promise<TemporaryStore<{ url: string }>> {
  const directory = temporaryDirectory()
  const server = await startClickHouseServer(join(directory, 'data'))
  const location = { url: server.url }
  const store = await openStore(location, { path: join(directory, 'control.db') })
  await migrate(store, new Date())
  atEnd(async () => {
    await store.close()
    await server.close()
  })
  return { ...store, directory, location }
}

/** As {@link temporaryStore}, on a cluster of two shards: see `describeOnCluster` for where there is none. */
export async function temporaryClusterStore(): Promise<
  TemporaryStore<{ url: string; cluster: string }> & Pick<ClickHouseCluster, 'nodes' | 'others'>
> {
  const directory = temporaryDirectory()
  const data = join(directory, 'data')
  mkdirSync(data)
  const cluster = await startClickHouseCluster(data)
  // Any node tells where the others are.
  const location = { url: cluster.nodes[1].url, cluster: cluster.name }
  const store = await openStore(location, { path: join(directory, 'control.db') })
  await migrate(store, new Date())
  atEnd(async () => {
    await store.close()
    await cluster.close()
  })
  return { ...store, directory, location, nodes: cluster.nodes, others: cluster.others }
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  atEnd(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
