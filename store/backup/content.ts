import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { identifier, literal } from '../engine/sql.ts'
import { cloneName } from './clones.ts'
import type { BackupColumn } from './manifest.ts'
import { DIRTY_STATES } from '../events/dirty-hours.ts'
import { DIRTY_HOURS, PUBLISHED, type SharedTable } from './tables.ts'

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
 * Marks of both readings, and one for each hour that was counted in between: its rows were fixed after its counts. What is
 * counted again without need stays the same.
 */
async function dirtyHours({ rollup }: Store): Promise<Part[]> {
  const of = (table: string, reading: number) => identifier(cloneName(table, reading))
  const key = 'model, part, hour, batch'
  const generation = 'model, binning, part, hour, generation'
  const query = `SELECT ${key}, toUInt8(max(reached)) AS state, max(latest) AS at FROM (
      SELECT ${key}, state AS reached, at AS latest FROM ${of(DIRTY_HOURS, 1)}
      UNION ALL
      SELECT ${key}, state AS reached, at AS latest FROM ${of(DIRTY_HOURS, 2)} WHERE state < ${DIRTY_STATES.done}
      UNION ALL
      SELECT model, part, hour, 'backup' AS batch, ${DIRTY_STATES.confirmed} AS reached, published_at AS latest
      FROM ${of(PUBLISHED.name, 2)} FINAL
      WHERE (${generation}) NOT IN (SELECT ${generation} FROM ${of(PUBLISHED.name, 1)} FINAL))
    GROUP BY ${key}`
  const [{ n }] = await rows<{ n: number }>(rollup, `SELECT count() AS n FROM (${query})`)
  return n === 0 ? [] : [{ query, rows: n }]
}
