import type { ClickHouseClient } from '@clickhouse/client'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { array, identifier, literal } from '../engine/sql.ts'

/**
 * Tables of all models: events that are acknowledged to whoever sent them, the marks of hours to count, and the counts, which
 * must not be lost where the mark that they are made is kept.
 */
const SHARED_TABLES = [
  'pending_labels',
  'dead_letters',
  'halves',
  'dirty_hours',
  'profiles',
  'labelled_profiles',
  'hours',
]
/** How the names of the tables begin that each model has of its own. */
const MODEL_TABLES = ['predictions_', 'labels_', 'label_index_', 'reference_features_']

/**
 * Makes ClickHouse write inserted events to the disk before it acknowledges them, or leave that to the operating system.
 * To be run when tables have been created, for those of a model or for all. Changes only tables that have it otherwise.
 */
export async function syncDurability(
  { rollup, shards, durable }: Pick<Store, 'rollup' | 'shards' | 'durable'>,
  model?: string,
): Promise<void> {
  if (model === undefined)
    await syncTables(rollup, durable, `name IN (${array(SHARED_TABLES.map(literal), 'String')})`)
  const own = MODEL_TABLES.map((prefix) => literal(`${shards.prefix}${prefix}${model ?? ''}`))
  await shards.each((client) =>
    syncTables(
      client,
      durable,
      model === undefined
        ? `arrayExists(prefix -> startsWith(name, prefix), [${own.join(', ')}])`
        : `name IN (${own.join(', ')})`,
    ),
  )
}

async function syncTables(client: ClickHouseClient, durable: boolean, condition: string): Promise<void> {
  const found = await rows<{ name: string }>(
    client,
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree') AND ${condition}
       AND (engine_full LIKE '%fsync_after_insert = 1%') != ${durable}`,
  )
  for (const { name } of found)
    await client.command({
      query: durable
        ? `ALTER TABLE ${identifier(name)} MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1`
        : `ALTER TABLE ${identifier(name)} RESET SETTING fsync_after_insert, fsync_part_directory`,
    })
}
