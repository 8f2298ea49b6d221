import type { ClickHouseClient } from '@clickhouse/client'
import type { BinnedColumn } from './profile-sql.ts'
import { rows } from '../engine/query.ts'
import { segmentText } from './segment-sql.ts'
import { slotSql } from './slot-sql.ts'
import { identifier, literal } from '../engine/sql.ts'

/** Values are told apart by their whole text, but this many characters of it are enough of a name. */
const NAME_LENGTH = 100

export interface FrequentValue {
  value: string
  rows: number
}

/**
 * The most frequent values of a column that lie in some slots of its count array.
 * @param from a table expression with a condition
 */
export async function frequentValues(
  client: ClickHouseClient,
  from: string,
  column: BinnedColumn,
  slots: readonly number[],
  limit: number,
): Promise<FrequentValue[]> {
  if (slots.length === 0) return []
  const slot = slotSql(identifier(column.source), column.binning)
  const name = `leftUTF8(text, ${NAME_LENGTH - 1})`
  return rows<FrequentValue>(
    client,
    `SELECT if(lengthUTF8(text) > ${NAME_LENGTH}, concat(${name}, ${literal('…')}), text) AS value, rows
     FROM (
       SELECT ${segmentText(column)} AS text, count() AS rows FROM ${from} AND has([${slots.join(', ')}], ${slot})
       GROUP BY text ORDER BY rows DESC, text LIMIT ${Math.trunc(limit)})
     ORDER BY rows DESC, text`,
  )
}
