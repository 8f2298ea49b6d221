import type { ClickHouseClient } from '@clickhouse/client'
import type { Store } from '../engine/client.ts'
import { StoreError } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { createDistributed } from '../events/distributed.ts'
import { modelOfTable } from '../events/silver.ts'

/** No table of ours or of a user begins so. */
const PREFIX = 'driftgauge_snapshot_'

/** A second reading of a table goes under a name of its own. */
export const cloneName = (table: string, reading = 1) => `${PREFIX}${reading}_${table}`

/** Fixes a table as it is now, in milliseconds: the copy has hard links to the same parts. */
export async function cloneTable({ read, shards }: Store, table: string, reading?: number): Promise<void> {
  const clone = cloneName(table, reading)
  if (shards.cluster === undefined || modelOfTable(table) === undefined) {
    await read.command({ query: `CREATE TABLE ${identifier(clone)} CLONE AS ${identifier(table)}` })
    return
  }
  if (shards.cluster.replicated)
    throw new StoreError('Replicated tables cannot be backed up by Driftgauge: use the tools of ClickHouse.')
  await shards.each((client) =>
    client.command({ query: `CREATE TABLE ${shards.local(clone)} CLONE AS ${shards.local(table)}` }),
  )
  await createDistributed(read, shards, { table: clone, columns: `AS ${identifier(table)}` })
}

/** Drops what backups have fixed, those that were killed included. */
export async function dropClones({ read, shards }: Store): Promise<void> {
  const prefixes = [...new Set([PREFIX, `${shards.prefix}${PREFIX}`])]
  const isClone = prefixes.map((prefix) => `startsWith(name, ${literal(prefix)})`).join(' OR ')
  const drop = async (client: ClickHouseClient) => {
    const found = await rows<{ name: string }>(
      client,
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND (${isClone})`,
    )
    for (const { name } of found)
      await client.command({ query: `DROP TABLE IF EXISTS ${identifier(name)} SYNC` })
  }
  await (shards.cluster === undefined ? drop(read) : shards.each(drop))
}
