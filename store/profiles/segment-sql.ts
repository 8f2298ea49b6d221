import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { placedKeys } from './segments.ts'
import { slotSql } from './slot-sql.ts'
import type { Shards } from '../engine/shards.ts'
import { identifier, literal } from '../engine/sql.ts'

/** The value of a row in a segment column as text, null where it has none. */
export function segmentText({ kind, source }: Pick<SegmentColumn, 'kind' | 'source'>): string {
  const column = identifier(source)
  // Adding zero makes one of the two zeros of floating point.
  return kind === 'numeric' ? `if(isFinite(ifNull(${column}, nan)), toString(${column} + 0.0), NULL)` : column
}

/** The place of a row among the parts of a segment column: 0 missing, then the values, then all others. */
function segmentPlace(segment: SegmentColumn): string {
  const binning = { kind: 'categorical', categories: segment.values, truncated: true, singletons: 0 } as const
  return slotSql(segmentText(segment), binning)
}

/** Which rows belong to a segment: a condition over them, and the columns that it looks at. */
export interface SegmentRows {
  condition: string
  sources: readonly string[]
}

/** The rows of a segment; undefined where these columns do not tell it apart. */
export function rowsOfSegment(segments: readonly SegmentColumn[], key: string): SegmentRows | undefined {
  const segment = segments.find((one) => placedKeys(one).includes(key))
  if (segment === undefined) return undefined
  const condition = `${segmentPlace(segment)} = ${placedKeys(segment).indexOf(key)}`
  return { condition, sources: [segment.source] }
}

/**
 * A table expression with all columns of `from` and what is `defined` over them, in which every row stands once for
 * the whole model and once for its segment of each column, told apart by `segment_id`. Without segment columns there
 * is none, and every row stands once.
 * @param gather makes of a table expression over local tables one over those of all shards
 */
export function splitBySegment(
  from: string,
  defined: readonly string[],
  segments: readonly SegmentColumn[],
  gather: Shards['gather'],
): string {
  if (segments.length === 0) return gather(`(SELECT *, ${defined.join(', ')} FROM ${from})`)
  let offset = 1
  const ids = segments.map((segment) => {
    const id = `toUInt8(${segmentPlace(segment)} + ${offset})`
    offset += segment.values.length + 2
    return id
  })
  // What is defined is computed before rows are repeated.
  const rows = `(SELECT *, ${defined.join(', ')}, [toUInt8(0), ${ids.join(', ')}] AS segment_ids
    FROM ${from})`
  return `${gather(rows)} ARRAY JOIN segment_ids AS segment_id`
}

/** The key of a `segment_id`, empty for the whole model. */
export function segmentName(segments: readonly SegmentColumn[]): string {
  if (segments.length === 0) return "''"
  return `[${['', ...segments.flatMap(placedKeys)].map(literal).join(', ')}][segment_id + 1]`
}
