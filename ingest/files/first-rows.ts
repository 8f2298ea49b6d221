import type { ClickHouseClient } from '@clickhouse/client'
import { portions } from '../../domain/portions.ts'
import { rows } from '../../store/engine/query.ts'

const ROWS = 1000
/** Of however few rows, the engine reads whole blocks, and holds all of their cells as text. */
const COLUMNS_PER_STATEMENT = 100

/**
 * The cells of the first rows, by column; a few columns at a time, so that memory stays bounded.
 * @param cell an expression of a column's cells as text
 * @param from what to read these columns from, up to `LIMIT`
 */
export async function firstCells<Column, Cell extends string | null>(
  client: ClickHouseClient,
  columns: readonly Column[],
  { cell, from, settings, atOnce = COLUMNS_PER_STATEMENT }: FirstRows<Column>,
): Promise<ReadonlyMap<Column, Cell[]>> {
  const cells = new Map<Column, Cell[]>()
  for (const some of portions(columns, atOnce)) {
    const found = await rows<{ cells: Cell[] }>(
      client,
      `SELECT [${some.map(cell).join(', ')}] AS cells FROM ${from(some)} LIMIT ${ROWS} SETTINGS ${settings.join(', ')}`,
    )
    for (const [i, column] of some.entries()) cells.set(column, found.map((row) => row.cells[i])) // prettier-ignore
  }
  return cells
}

interface FirstRows<Column> {
  cell: (column: Column) => string
  from: (columns: readonly Column[]) => string
  settings: readonly string[]
  /** Where the engine reads every column of a row whichever are asked for: all. */
  atOnce?: number
}
