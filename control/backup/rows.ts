import { sql } from 'kysely'
import type { Control } from '../database/control.ts'
import { PRIMARY_KEYS, type BackedUpTable } from './tables.ts'

export type ControlRow = Record<string, string | number | null>

/** Rows of one statement. Both databases take far more parameters than this many rows have columns. */
const BATCH = 500

/** All rows of a table in batches, in the order of its key. */
export async function* readRows(control: Control, table: BackedUpTable): AsyncGenerator<ControlRow[]> {
  const key = PRIMARY_KEYS[table]
  const columns = sql.join(key.map((name) => sql.ref(name)))
  let after = sql`TRUE`
  for (;;) {
    const { rows } = await sql<ControlRow>`
      SELECT * FROM ${sql.table(table)} WHERE ${after} ORDER BY ${columns} LIMIT ${BATCH}`.execute(control)
    if (rows.length > 0) yield rows
    if (rows.length < BATCH) return
    const last = rows[rows.length - 1]
    after = sql`(${columns}) > (${sql.join(key.map((name) => sql.val(last[name])))})`
  }
}

export async function countRows(control: Control, table: BackedUpTable): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(control)
  return Number(rows[0].n)
}

/** Adds rows as {@link readRows} gave them. */
export async function insertRows(
  control: Control,
  table: BackedUpTable,
  rows: readonly ControlRow[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH)
    await control
      .insertInto(table)
      .values(rows.slice(from, from + BATCH))
      .execute()
}
