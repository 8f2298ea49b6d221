import { randomUUID } from 'node:crypto'
import type { Store } from '../engine/client.ts'
import { StoreError } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { divisionOf } from '../events/distributed.ts'

/**
 * Makes sure that the tables of events are divided as they are about to be read and written: rows of a shard that is left
 * out, or that counts for two, would make every count wrong. Throws {@link StoreError} with what to do.
 */
export async function checkLayout(store: Store): Promise<void> {
  const { cluster } = store.shards
  const tables = await rows<{ name: string; engine: string; comment: string }>(
    store.rollup,
    `SELECT name, engine, comment FROM system.tables
     WHERE database = currentDatabase() AND match(name, '^(predictions|labels|label_index|reference_features)_')`,
  )
  const divided = tables.find(({ engine }) => engine === 'Distributed')
  if (cluster === undefined) {
    if (divided === undefined) return
    throw new StoreError(
      `The table ${divided.name} is divided over a cluster (${divided.comment}). Set CLICKHOUSE_CLUSTER to its name.`,
    )
  }
  const whole = tables.find(({ engine }) => engine !== 'Distributed')
  if (whole !== undefined)
    throw new StoreError(
      `The table ${whole.name} is on one node and not divided over the cluster "${cluster.name}". Unset CLICKHOUSE_CLUSTER; ` +
        'or, to move to the cluster, make a backup, and restore it into an empty database of the cluster.',
    )
  const division = divisionOf(cluster)
  const other = tables.find(({ comment }) => comment !== division)
  if (other !== undefined)
    throw new StoreError(
      `The table ${other.name} is divided in another way (${other.comment}) than the cluster is now (${division}). ` +
        'Ids would be looked for on the wrong shards: set CLICKHOUSE_CLUSTER and the shards back to what they were.',
    )
  await checkNodes(store)
}

/** Each node must be one of its own, and the same to the service and to the first node. */
async function checkNodes({ rollup, shards }: Store): Promise<void> {
  const found = await shards.each(async (client) => {
    const probe = `staging_${randomUUID()}`
    await client.command({
      query: `CREATE TABLE ${identifier(probe)} (a UInt8) ENGINE = MergeTree ORDER BY a`,
    })
    const seen = async (replicas: 'one' | 'all') => {
      const [{ n }] = await rows<{ n: number }>(
        rollup,
        `SELECT count() AS n FROM ${shards.system('tables', replicas)}
         WHERE database = ${shards.database} AND name = ${literal(probe)}`,
      )
      return n
    }
    try {
      // Of all replicas ClickHouse asks one that is named twice only once.
      return (await seen('all')) === 1 && (await seen('one')) <= 1
    } finally {
      await client.command({ query: `DROP TABLE IF EXISTS ${identifier(probe)}` })
    }
  })
  if (found.includes(false))
    throw new StoreError(
      `Some nodes of the cluster "${shards.cluster!.name}" are not what others take them for. In "remote_servers", give each node ` +
        'an address of its own that leads to it from every other node and from here, not "localhost". All must answer HTTP on the port of CLICKHOUSE_URL.',
    )
}
