import type { ClickHouseClient } from '@clickhouse/client'
import { slotCount, type ColumnProfile } from '../store/binning.ts'
import { decodeFloats } from '../store/floats.ts'
import { profileSelect, type BinnedColumn } from '../store/profile-sql.ts'
import { rows } from '../store/query.ts'

/** A statement costs the engine time and memory for each column before it reads a row. */
const COLUMNS_PER_STATEMENT = 200

/**
 * Counts the rows of `from` over the bins of each column; one profile a column, in order.
 * `onProgress` is told how many columns are done.
 */
export async function profileColumns(
  client: ClickHouseClient,
  from: string,
  columns: readonly BinnedColumn[],
  onProgress: (done: number) => void = () => {},
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = []
  for (let start = 0; start < columns.length; start += COLUMNS_PER_STATEMENT) {
    const chunk = columns.slice(start, start + COLUMNS_PER_STATEMENT)
    const found = await rows<{
      role: string
      column: string
      counts: number[]
      sums: (number | null)[]
      squares: number | null
    }>(client, profileSelect(from, chunk, {}))
    const byColumn = new Map(found.map((row) => [`${row.role} ${row.column}`, row]))
    for (const column of chunk) {
      const row = byColumn.get(`${column.role} ${column.name}`)!
      assertSlots(column, row.counts)
      profiles.push({
        counts: row.counts,
        sums: decodeFloats(row.sums),
        squares: decodeFloats([row.squares])[0],
      })
    }
    onProgress(profiles.length)
  }
  return profiles
}

function assertSlots(column: BinnedColumn, counts: readonly number[]): void {
  const expected = slotCount(column.binning)
  if (counts.length !== expected) {
    throw new Error(`column ${column.name}: ${counts.length} counts for ${expected} slots`)
  }
}
