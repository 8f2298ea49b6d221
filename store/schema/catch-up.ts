import type { ClickHouseClient } from '@clickhouse/client'
import { modelDocuments } from '../../control/declared/model.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { literal } from '../engine/sql.ts'
import { silverTables, syncSilver } from '../events/silver.ts'

/**
 * Creates the tables and columns of declared models that are lacking: those that came with this release, and in a cluster
 * those of nodes that have been away or been set up anew. Returns the models whose tables it completed.
 */
export async function catchUp(store: Store): Promise<string[]> {
  const { shards } = store
  const nodes = await shards.each((client) => tablesOf(client, shards.prefix))
  // Tables over all shards are created last, so a crash in between leaves only these behind.
  const overShards = shards.cluster && (await tablesOf(store.rollup, ''))
  const behind = (await modelDocuments.list(store.control)).filter(({ name }) => {
    const { predictions, labels, labelIndex, labelIndexView, reference } = silverTables(name, unquoted)
    const own = [predictions, labels, labelIndex, reference]
    const areNodesBehind = [...own, labelIndexView].some((table) => {
      const [first, ...others] = nodes.map((tables) => tables.get(shards.prefix + table))
      return first === undefined || others.some((columns) => columns !== first)
    })
    return areNodesBehind || (overShards !== undefined && own.some((table) => !overShards.has(table)))
  })
  for (const model of behind) await syncSilver(store, model)
  return behind.map(({ name }) => name)
}

const unquoted = (table: string) => table

/** Tables whose names begin so, with what tells apart whether their columns are the same. */
async function tablesOf(client: ClickHouseClient, prefix: string): Promise<Map<string, string>> {
  const found = await rows<{ table: string; columns: string }>(
    client,
    `SELECT table, toString(groupBitXor(cityHash64(name, type))) AS columns FROM system.columns
     WHERE database = currentDatabase() AND startsWith(table, ${literal(prefix)}) GROUP BY table`,
  )
  return new Map(found.map(({ table, columns }) => [table, columns]))
}
