import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../engine/query.ts'
import { identifier } from '../engine/sql.ts'

/** Rows whose columns are summarised and counted. */
export interface RowSource {
  /** How many there are. */
  rows: number
  /** Whether it costs the engine little that there are many other columns. */
  isNarrow: boolean
  /** A table expression of the rows that has at least these columns. */
  from: (sources: readonly string[]) => string
  /** A table expression of the distinct values of a categorical column: `value`, or null, and how many `rows` have it. */
  valuesOf: (source: string) => string
}

/** The rows of a table expression, which has all columns. */
export function rowsIn(from: string, rows: number): RowSource {
  return {
    rows,
    isNarrow: false,
    from: () => from,
    valuesOf: (source) =>
      `(SELECT toString(${identifier(source)}) AS value, count() AS rows FROM ${from} GROUP BY value)`,
  }
}

/** As {@link rowsIn}, where nobody has counted them yet. */
export async function countedRows(client: ClickHouseClient, from: string): Promise<RowSource> {
  const [{ n }] = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${from}`)
  return rowsIn(from, n)
}
