import type { ClickHouseClient } from '@clickhouse/client'
import { labelScale } from '../store/label-scale.ts'
import type { LabelledColumn } from '../store/labelled-profiles.ts'
import { labelledSelect } from '../store/labelled-sql.ts'
import type { Task } from '../store/model.ts'
import type { BinnedColumn } from '../store/profile-sql.ts'
import { rows } from '../store/query.ts'
import { decodeFloats } from '../store/floats.ts'

/** A statement costs the engine time and memory for each column before it reads a row. */
const COLUMNS_PER_STATEMENT = 50

/**
 * Sums the labelled rows of `from` over the slots of each column, and their losses. Without labels there is nothing
 * to sum.
 */
export async function labelledColumns(
  client: ClickHouseClient,
  from: string,
  task: Task,
  columns: readonly BinnedColumn[],
): Promise<LabelledColumn[]> {
  const label = columns.find(({ role }) => role === 'label')
  if (label === undefined) return []
  const scale = labelScale(task, label.binning)
  const usable = task === 'regression' ? 'isFinite(label)' : 'isNotNull(label)'
  const others = columns.filter((column) => column !== label)
  const found: LabelledColumn[] = []
  for (let start = 0; start < Math.max(1, others.length); start += COLUMNS_PER_STATEMENT) {
    const chunk = others.slice(start, start + COLUMNS_PER_STATEMENT)
    const sums = { scale, columns: chunk, losses: start === 0 ? others : undefined }
    const summed = await rows<LabelledColumn>(
      client,
      labelledSelect(`(SELECT * FROM ${from} WHERE ${usable})`, sums, {}),
    )
    for (const { role, column, counts, sums, squares } of summed)
      found.push({ role, column, counts, sums: decodeFloats(sums), squares: decodeFloats(squares) })
  }
  return found
}
