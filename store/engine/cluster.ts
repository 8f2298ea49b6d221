import type { ClickHouseClient } from '@clickhouse/client'
import { StoreError } from './errors.ts'
import { rows } from './query.ts'
import type { Cluster, Shards } from './shards.ts'
import { identifier, literal } from './sql.ts'

const PREFIX = 'shard_'

interface Node {
  shard: number
  weight: number
  host: string
}

/** The nodes of a cluster, the first one being the first replica of the first shard. */
function nodesOf(client: ClickHouseClient, cluster: string): Promise<Node[]> {
  return rows<Node>(
    client,
    `SELECT shard_num AS shard, shard_weight AS weight, host_name AS host
     FROM system.clusters WHERE cluster = ${literal(cluster)} ORDER BY shard_num, replica_num`,
  )
}

/**
 * Asks the node at `url` for the cluster, and where its first node is, which has all that is not divided. Throws
 * {@link StoreError} where the node knows no cluster of that name.
 */
export async function findCluster(
  client: ClickHouseClient,
  { url, cluster: name }: { url: string; cluster: string },
): Promise<{ cluster: Cluster; url: string }> {
  const nodes = await nodesOf(client, name)
  if (nodes.length === 0) {
    const known = await rows<{ cluster: string }>(client, 'SELECT DISTINCT cluster FROM system.clusters')
    throw StoreError.noCluster(
      name,
      known.map(({ cluster }) => cluster),
    )
  }
  const [{ macros }] = await rows<{ macros: number }>(
    client,
    "SELECT count() AS macros FROM system.macros WHERE macro IN ('shard', 'replica')",
  )
  const [first] = nodes
  const weights = [...new Map(nodes.map(({ shard, weight }) => [shard, weight])).values()]
  const cluster = {
    name,
    database: new URL(url).pathname.slice(1) || 'default',
    weights,
    replicas: nodes.filter(({ shard }) => shard === first.shard).length,
    replicated: macros === 2,
  }
  return { cluster, url: addressOf(url, first) }
}

/** All nodes answer on the same port, with the same user, password and database. */
function addressOf(url: string, { host }: Node): string {
  const address = new URL(url)
  address.hostname = host.includes(':') ? `[${host}]` : host
  return address.href
}

interface Nodes {
  /** Of the first node. */
  url: string
  first: ClickHouseClient
  connect: (url: string) => ClickHouseClient
}

/** Tables of events that are divided over the shards of a cluster. */
export function shardsOf(
  cluster: Cluster,
  { url, first, connect }: Nodes,
): Shards & { close: () => Promise<void> } {
  const { name, database } = cluster
  const clients = new Map<string, ClickHouseClient>()
  const clientOf = (node: Node) => {
    const client = clients.get(node.host) ?? connect(addressOf(url, node))
    clients.set(node.host, client)
    return client
  }
  return {
    cluster,
    prefix: PREFIX,
    local: (table) => `${identifier(database)}.${identifier(PREFIX + table)}`,
    gather: (from) => `cluster(${literal(name)}, view(SELECT * FROM ${from}))`,
    system: (table, replicas) =>
      `${replicas === 'all' ? 'clusterAllReplicas' : 'cluster'}(${literal(name)}, system.${table})`,
    database: literal(database),
    async each(work) {
      const [, ...others] = await nodesOf(first, name)
      const results = []
      for (const node of others) results.push(await work(clientOf(node)))
      return [...results, await work(first)]
    },
    close: async () => void (await Promise.all([...clients.values()].map((client) => client.close()))),
  }
}

/** Of statements that a cluster takes part in. An insert is acknowledged once every shard has its rows. */
export function clusterSettings({ replicas, replicated }: Cluster) {
  return {
    distributed_foreground_insert: 1,
    skip_unavailable_shards: 0,
    // Tables that are not divided are on the first node alone: it sends the others what a condition selects from them.
    prefer_global_in_and_join: 1,
    // Rows that were deleted can be sent again: replicated tables would take them for known.
    insert_deduplicate: 0,
    // Whichever replica is asked next has all rows that were acknowledged.
    insert_quorum: replicated && replicas > 1 ? String(replicas) : '0',
  } as const
}
