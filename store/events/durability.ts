import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { identifier } from '../engine/sql.ts'

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
const MODEL_TABLES = ['predictions_', 'labels_', 'label_index_']

/**
 * Makes ClickHouse write inserted events to the disk before it acknowledges them, or leave that to the operating system.
 * To be run when tables have been created, for those of a model or for all. Changes only tables that have it otherwise.
 */
export async function syncDurability(
  { rollup, durable }: Pick<Store, 'rollup' | 'durable'>,
  model?: string,
): Promise<void> {
  const named = model === undefined ? SHARED_TABLES : MODEL_TABLES.map((prefix) => `${prefix}${model}`)
  const found = await rows<{ name: string }>(
    rollup,
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')
       AND (name IN {named:Array(String)} OR arrayExists(prefix -> startsWith(name, prefix), {prefixes:Array(String)}))
       AND (engine_full LIKE '%fsync_after_insert = 1%') != {durable:Bool}`,
    { named, prefixes: model === undefined ? MODEL_TABLES : [], durable },
  )
  for (const { name } of found)
    await rollup.command({
      query: durable
        ? `ALTER TABLE ${identifier(name)} MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1`
        : `ALTER TABLE ${identifier(name)} RESET SETTING fsync_after_insert, fsync_part_directory`,
    })
}
