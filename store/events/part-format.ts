import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'

const SETTING = 'min_level_for_wide_part'

/**
 * Makes ClickHouse write the rows of an insert to one file, not to files of their own for each column: with hundreds of
 * columns, those take most of the time. This holds for inserts that leave rows as they come (`optimize_on_insert = 0`), as
 * those of bodies of columns do; the others count as merged once. Merges make wide parts as ever. An older ClickHouse, which
 * does not know the setting, goes without.
 */
export async function keepInsertsCompact(client: ClickHouseClient, table: string): Promise<void> {
  const lacking = await rows(
    client,
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND name = ${literal(table)} AND engine_full NOT LIKE '%${SETTING}%'
       AND (SELECT count() FROM system.merge_tree_settings WHERE name = '${SETTING}') > 0`,
  )
  if (lacking.length > 0)
    await client.command({ query: `ALTER TABLE ${identifier(table)} MODIFY SETTING ${SETTING} = 1` })
}
