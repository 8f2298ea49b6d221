import type { ClickHouseClient } from '@clickhouse/client'
import type { SegmentProfile } from '../../store/profiles/baselines.ts'
import { slotCount, type ColumnProfile } from '../../store/profiles/binning.ts'
import { decodeFloats } from '../../store/engine/floats.ts'
import { profileSelect, type BinnedColumn } from '../../store/profiles/profile-sql.ts'
import { rows } from '../../store/engine/query.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { partCount } from '../../store/profiles/segments.ts'

/** A statement costs the engine time and memory for each column before it reads a row. */
const COLUMNS_PER_STATEMENT = 100

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
    const counted = await count(client, from, chunk, [])
    profiles.push(...counted.map(({ profile }) => profile))
    onProgress(profiles.length)
  }
  return profiles
}

/** As {@link profileColumns}, of every segment that has rows. */
export async function profileSegments(
  client: ClickHouseClient,
  from: string,
  columns: readonly BinnedColumn[],
  segments: readonly SegmentColumn[],
): Promise<SegmentProfile[]> {
  if (segments.length === 0) return []
  const profiles: SegmentProfile[] = []
  const together = Math.ceil(COLUMNS_PER_STATEMENT / partCount(segments))
  for (let start = 0; start < columns.length; start += together) {
    const counted = await count(client, from, columns.slice(start, start + together), segments)
    profiles.push(...counted.filter(({ segment }) => segment !== ''))
  }
  return profiles
}

async function count(
  client: ClickHouseClient,
  from: string,
  columns: readonly BinnedColumn[],
  segments: readonly SegmentColumn[],
): Promise<SegmentProfile[]> {
  const found = await rows<{
    role: string
    column: string
    segment: string
    counts: number[]
    sums: (number | null)[]
    squares: number | null
  }>(client, profileSelect(from, columns, {}, segments))
  return columns.flatMap((column) => {
    const own = found.filter((row) => row.role === column.role && row.column === column.name)
    return own.map(({ segment, counts, sums, squares }) => {
      assertSlots(column, counts)
      const profile = { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] }
      return { role: column.role, name: column.name, segment, profile }
    })
  })
}

function assertSlots(column: BinnedColumn, counts: readonly number[]): void {
  const expected = slotCount(column.binning)
  if (counts.length !== expected) {
    throw new Error(`column ${column.name}: ${counts.length} counts for ${expected} slots`)
  }
}
