import type { ClickHouseClient } from '@clickhouse/client'
import type { Column } from '../../control/declared/model.ts'
import { identifier } from '../engine/sql.ts'
import { createStaging } from '../engine/staging.ts'

/** Beyond this many columns a statement spends most of its time on columns that it does not read. */
const MAX_COLUMNS = 100

/**
 * The columns of `from` in tables of few columns, for work that asks each column many questions. Where there are few
 * anyway, it is `from` itself. A table is dropped when the next one is asked for.
 */
export async function* narrowTables<Of extends Pick<Column, 'source'>>(
  client: ClickHouseClient,
  from: string,
  columns: readonly Of[],
): AsyncGenerator<{ from: string; columns: readonly Of[] }> {
  if (columns.length <= MAX_COLUMNS) {
    yield { from, columns }
    return
  }
  for (let start = 0; start < columns.length; start += MAX_COLUMNS) {
    const chunk = columns.slice(start, start + MAX_COLUMNS)
    const sources = [...new Set(chunk.map(({ source }) => identifier(source)))]
    const { table, drop } = await createStaging(client, {
      select: `SELECT ${sources.join(', ')} FROM ${from}`,
    })
    try {
      yield { from: table, columns: chunk }
    } finally {
      await drop()
    }
  }
}
