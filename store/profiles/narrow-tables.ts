import type { ClickHouseClient } from '@clickhouse/client'
import type { Column } from '../../control/declared/model.ts'
import { identifier } from '../engine/sql.ts'
import { createStaging } from '../engine/staging.ts'
import { rowsIn, type RowSource } from './row-source.ts'

/** Beyond this many columns of a table a statement spends most of its time on columns that it does not read. */
const MAX_COLUMNS = 100

/**
 * The columns of `source` from tables of few columns, for work that asks each column many questions. Where that makes no
 * difference, it is `source` itself. A table is dropped when the next one is asked for.
 */
export async function* narrowTables<Of extends Pick<Column, 'source'>>(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly Of[],
): AsyncGenerator<{ source: RowSource; columns: readonly Of[] }> {
  if (source.isNarrow || columns.length <= MAX_COLUMNS) {
    yield { source, columns }
    return
  }
  for (let start = 0; start < columns.length; start += MAX_COLUMNS) {
    const chunk = columns.slice(start, start + MAX_COLUMNS)
    const names = [...new Set(chunk.map((column) => column.source))]
    const { table, drop } = await createStaging(client, {
      select: `SELECT ${names.map(identifier).join(', ')} FROM ${source.from(names)}`,
    })
    try {
      yield { source: rowsIn(table, source.rows), columns: chunk }
    } finally {
      await drop()
    }
  }
}
