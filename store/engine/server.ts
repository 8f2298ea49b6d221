import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { clusterSettings, findCluster } from './cluster.ts'
import type { Engine } from './engine.ts'
import { guard } from './guard.ts'
import { nativeOfServer } from './native.ts'
import { SETTINGS, type Settings } from './settings.ts'

export interface ServerLocation {
  /** Of the server, or of any node of the cluster. */
  url: string
  cluster?: string | undefined
}

/** What serves the tables at an address. Asks a node of the cluster, where one is named. */
export async function openServer({ url, cluster: name }: ServerLocation): Promise<Engine> {
  if (name === undefined) return server(url)
  const client = guard(connectTo(url), {
    embedded: false,
    divided: false,
    health: { full: undefined },
    freeBytes: freeBytesOfServer,
  })
  try {
    const { cluster, url: first } = await findCluster(client, { url, cluster: name })
    return { ...server(first, clusterSettings(cluster)), cluster: { ...cluster, url: first } }
  } finally {
    await client.close()
  }
}

function server(address: string, settings: Settings = {}): Engine {
  const exporting = connectTo(address, settings)
  return {
    connect: (url = address) => connectTo(url, settings),
    freeBytes: freeBytesOfServer,
    stream: undefined,
    native: (query) => nativeOfServer(exporting, query),
    closeNative: () => exporting.close(),
  }
}

function connectTo(url: string, settings: Settings = {}): ClickHouseClient {
  return createClient({
    url,
    // Its own words are lines of no form, and whoever catches an error logs it.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      ...SETTINGS,
      ...settings,
      // Progress headers keep the connection of a long statement alive.
      send_progress_in_http_headers: 1,
      http_headers_progress_interval_ms: '10000',
      // Written as a row, an error would be taken for one.
      http_write_exception_in_output_format: 0,
    },
    request_timeout: 120_000,
    // An idle connection that the server is about to close must not take the next statement.
    keep_alive: { enabled: true, eagerly_destroy_stale_sockets: true },
  })
}

async function freeBytesOfServer(client: ClickHouseClient): Promise<number> {
  const query = `SELECT toFloat64(unreserved_space) AS free FROM system.disks WHERE name = 'default'`
  try {
    const result = await client.query({ query, format: 'JSONEachRow' })
    const [disk] = await result.json<{ free: number }>()
    return disk?.free ?? Infinity
  } catch {
    // Not every user may ask; and of a server that is away the statement itself tells.
    return Infinity
  }
}
