import { createHash } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Cluster, Shards } from '../engine/shards.ts'
import { identifier, literal } from '../engine/sql.ts'

/** Of the tables on each node that keep the newest row of a key; `version` is the column that tells. */
export function replacingEngine({ cluster, prefix }: Shards, table: string, version = ''): string {
  if (cluster === undefined || !cluster.replicated)
    return `ReplacingMergeTree${version === '' ? '' : `(${version})`}`
  // The name of a model may hold what a path gives a meaning to.
  const name = createHash('sha256')
    .update(`${cluster.database}\n${prefix}${table}`)
    .digest('hex')
    .slice(0, 32)
  const args = [
    `'/clickhouse/tables/{shard}/driftgauge/${name}'`,
    "'{replica}'",
    ...(version === '' ? [] : [version]),
  ]
  return `ReplicatedReplacingMergeTree(${args.join(', ')})`
}

/** Without a key nothing is inserted. */
export interface Distributed {
  table: string
  /** Definitions in parentheses, or `AS` another table; those of the table on each node. */
  columns: string
  key?: string | undefined
}

/** Creates the table, on the first node, through which one that is divided is read and written. */
export async function createDistributed(
  first: ClickHouseClient,
  shards: Shards,
  { table, columns, key }: Distributed,
): Promise<void> {
  const cluster = shards.cluster!
  const to = [cluster.name, cluster.database, shards.prefix + table].map(literal)
  await first.command({
    query: `CREATE TABLE IF NOT EXISTS ${identifier(table)} ${columns}
      ENGINE = Distributed(${[...to, ...(key === undefined ? [] : [key])].join(', ')}) COMMENT ${literal(divisionOf(cluster))}`,
  })
}

/** How ids are divided, as a comment of the tables that it must not change for. */
export function divisionOf({ name, weights }: Cluster): string {
  return `cluster ${name}, weights of shards: ${weights.join(', ')}`
}
