import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { cloneName } from './clones.ts'
import type { BackupColumn } from './manifest.ts'
import { DIRTY_HOURS, type SharedTable } from './tables.ts'

/** What of a table goes into one file. */
export interface Part {
  query: string
  rows: number
}

export interface Content {
  name: string
  /** Tells its files from those of other tables. */
  number: number
  columns: BackupColumn[]
  parts: Part[]
}

/**
 * What a fixed table holds, in parts that one insert can take each: a partition at a time. Counting takes long, and so
 * is not done on the connection of those who read.
 */
export async function contentOf(store: Store, table: SharedTable, number: number): Promise<Content> {
  const columns = await rows<BackupColumn>(
    store.rollup,
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = ${literal(cloneName(table.name))} ORDER BY position`,
  )
  const parts = table.name === DIRTY_HOURS ? await dirtyHours(store) : await partitions(store, table)
  return { name: table.name, number, columns, parts }
}

async function partitions({ rollup }: Store, { name, final }: SharedTable): Promise<Part[]> {
  const from = `FROM ${identifier(cloneName(name))}${final ? ' FINAL' : ''}`
  const found = await rows<{ partition: string; n: number }>(
    rollup,
    `SELECT _partition_id AS partition, count() AS n ${from} GROUP BY partition ORDER BY partition`,
  )
  return found.map(({ partition, n }) => ({
    query: `SELECT * ${from} WHERE _partition_id = ${literal(partition)}`,
    rows: n,
  }))
}

/**
 * Marks of both readings. Rows were fixed between the two, and counts with the first. A batch that is only done in the
 * second is counted again, as is one that was taken for abandoned, which has a time far ahead.
 */
async function dirtyHours({ rollup }: Store): Promise<Part[]> {
  const [first, second] = [1, 2].map((reading) => identifier(cloneName(DIRTY_HOURS, reading)))
  const key = 'model, part, hour, batch'
  const query = `SELECT ${key}, toUInt8(max(reached)) AS state, max(latest) AS at FROM (
      SELECT ${key}, state AS reached, at AS latest FROM ${first}
      UNION ALL
      SELECT ${key}, if(state = 2 OR at >= toDateTime64('2100-01-01 00:00:00', 3, 'UTC'), 1, state) AS reached, at AS latest
      FROM ${second})
    GROUP BY ${key}`
  const [{ n }] = await rows<{ n: number }>(rollup, `SELECT count() AS n FROM (${query})`)
  return n === 0 ? [] : [{ query, rows: n }]
}
