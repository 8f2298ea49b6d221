import type { ClickHouseClient } from '@clickhouse/client'
import { identifier } from './sql.ts'

/**
 * Where the tables of events are. On a single node a table is one table. In a cluster every node has a part of it under a
 * name of its own, and the first node a `Distributed` table over the parts under the name that statements use. All other
 * tables are on the first node only.
 */
export interface Shards {
  /** Undefined for a single node. */
  readonly cluster: Cluster | undefined
  /** Begins the name of a table of events on each node. */
  readonly prefix: string
  /** The name, quoted, of a table of events on each node. */
  readonly local: (table: string) => string
  /** Makes of a table expression over local tables one that every shard computes, with the rows of all shards. */
  readonly gather: (rows: string) => string
  /** A system table of the nodes as a table expression: of one replica of each shard, or of all. */
  readonly system: (table: string, replicas: 'one' | 'all') => string
  /** The name of our database, as an expression for system tables. */
  readonly database: string
  /** Does work on every node, the first node last. Rejects where one cannot be reached. */
  each<T>(this: void, work: (client: ClickHouseClient) => Promise<T>): Promise<T[]>
}

export interface Cluster {
  name: string
  /** As in `CLICKHOUSE_URL`. */
  database: string
  /** The weights of the shards, which decide where an id belongs. */
  weights: readonly number[]
  /** Nodes of a shard. */
  replicas: number
  /** Whether the nodes have the macros that replicated tables are named by. */
  replicated: boolean
}

/** All tables on one node, which `client` is connected to. */
export function singleNode(client: ClickHouseClient): Shards {
  return {
    cluster: undefined,
    prefix: '',
    local: identifier,
    gather: (rows) => rows,
    system: (table) => `system.${table}`,
    database: 'currentDatabase()',
    each: async (work) => [await work(client)],
  }
}
