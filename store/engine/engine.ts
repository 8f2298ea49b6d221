import type { ClickHouseClient } from '@clickhouse/client'
import type { Guarding } from './guard.ts'
import type { Cluster } from './shards.ts'

/** How the store reaches ClickHouse. */
export interface Engine {
  /** Connects to the node that has all tables, or to the one at an address. */
  connect: (url?: string) => ClickHouseClient
  freeBytes: Guarding['freeBytes']
  /** See `Store`, as the next one. */
  stream: ((query: string) => AsyncIterable<string>) | undefined
  native: (query: string) => AsyncIterable<Uint8Array>
  closeNative?: () => Promise<void>
  /** With the address of its first node. */
  cluster?: Cluster & { url: string }
}
