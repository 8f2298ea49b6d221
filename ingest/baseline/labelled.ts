import type { ClickHouseClient } from '@clickhouse/client'
import { labelScale } from '../../store/labelled/label-scale.ts'
import type { LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import { labelledSelect } from '../../store/labelled/labelled-sql.ts'
import type { Task } from '../../control/declared/model.ts'
import type { BinnedColumn } from '../../store/profiles/profile-sql.ts'
import { rows } from '../../store/engine/query.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { partCount } from '../../store/profiles/segments.ts'
import { decodeFloats } from '../../store/engine/floats.ts'
import { identifier } from '../../store/engine/sql.ts'

/** A statement costs the engine time and memory for each column before it reads a row. */
const COLUMNS_PER_STATEMENT = 50

/**
 * Sums the labelled rows of `from` over the slots of each column, and their losses, of the whole and of each segment.
 * Without labels there is nothing to sum.
 */
export async function labelledColumns(
  client: ClickHouseClient,
  from: string,
  task: Task,
  columns: readonly BinnedColumn[],
  segments: readonly SegmentColumn[],
): Promise<(LabelledColumn & { segment: string })[]> {
  const label = columns.find(({ role }) => role === 'label')
  if (label === undefined) return []
  const scale = labelScale(task, label.binning)
  const usable = task === 'regression' ? 'isFinite(label)' : 'isNotNull(label)'
  const others = columns.filter((column) => column !== label)
  const outcomes = others.filter(({ role }) => role !== 'feature')
  const found: (LabelledColumn & { segment: string })[] = []
  const together = Math.ceil(COLUMNS_PER_STATEMENT / partCount(segments))
  for (let start = 0; start < Math.max(1, others.length); start += together) {
    const chunk = others.slice(start, start + together)
    const sums = { scale, columns: chunk, losses: start === 0 ? others : undefined, binLosses: others }
    // The engine plans a statement the faster the fewer columns it names.
    const read = new Set([label, ...outcomes, ...chunk, ...segments].map(({ source }) => identifier(source)))
    const summed = await rows<LabelledColumn & { segment: string }>(
      client,
      labelledSelect(`(SELECT ${[...read].join(', ')} FROM ${from} WHERE ${usable})`, sums, {}, segments),
    )
    for (const { role, column, segment, counts, sums, squares } of summed)
      found.push({ role, column, segment, counts, sums: decodeFloats(sums), squares: decodeFloats(squares) })
  }
  return found
}
