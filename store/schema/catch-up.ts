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
  const nodes = await tablesOfNodes(store)
  const behind = (await modelDocuments.list(store.control)).filter(({ name }) =>
    ownTables(store, name).some((table) => {
      const [first, ...others] = nodes.map((tables) => tables.get(table))
      return first === undefined || others.some((columns) => columns !== first)
    }),
  )
  for (const model of behind) await syncSilver(store, model)
  return behind.map(({ name }) => name)
}

/** The tables of events on each node, with what tells apart whether their columns are the same. */
function tablesOfNodes({ shards }: Store): Promise<Map<string, string>[]> {
  return shards.each(async (client) => {
    const found = await rows<{ table: string; columns: string }>(
      client,
      `SELECT table, toString(groupBitXor(cityHash64(name, type))) AS columns FROM system.columns
       WHERE database = currentDatabase() AND startsWith(table, ${literal(shards.prefix)}) GROUP BY table`,
    )
    return new Map(found.map(({ table, columns }) => [table, columns]))
  })
}

function ownTables({ shards }: Store, model: string): string[] {
  const { predictions, labels, labelIndex, labelIndexView, reference } = silverTables(
    model,
    (table) => shards.prefix + table,
  )
  return [predictions, labels, labelIndex, labelIndexView, reference]
}
