import { slotCount, type ColumnBinning } from './binning.ts'
import type { Column } from '../../control/declared/model.ts'
import { segmentName, splitBySegment } from './segment-sql.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { numericSlot, slotSql } from './slot-sql.ts'
import type { Shards } from '../engine/shards.ts'
import { float, identifier, literal } from '../engine/sql.ts'

export interface BinnedColumn extends Column {
  binning: ColumnBinning
}

/**
 * A select that counts rows into bins in one pass over `from`: one row a group, segment and column, with
 * `role, column, counts, sums, squares, segment` beside the groups. `groups` maps an alias to its expression.
 * @param gather for `from` being over local tables: every shard counts its own rows
 */
export function profileSelect(
  from: string,
  columns: readonly BinnedColumn[],
  groups: Record<string, string>,
  segments: readonly SegmentColumn[] = [],
  gather: Shards['gather'] = (rows) => rows,
): string {
  const keys = Object.entries(groups).map(([alias, expression]) => `${expression} AS ${alias}`)
  const aggregates = columns.map(aggregate)
  const list = (of: (a: Aggregate) => string) => `[${aggregates.map(of).join(', ')}]`
  const by = [...Object.keys(groups), ...(segments.length > 0 ? ['segment_id'] : [])]
  const defined = [...keys, ...aggregates.map(({ definition }) => definition)]
  return `
    SELECT ${[...Object.keys(groups), 'role', 'column', 'counts', 'sums', 'squares'].join(', ')},
      ${segmentName(segments)} AS segment
    FROM (
      SELECT ${[...by, ...aggregates.map(({ selection }) => selection)].join(', ')}
      FROM ${splitBySegment(from, defined, segments, gather)}
      ${by.length > 0 ? `GROUP BY ${by.join(', ')}` : ''}
    )
    ARRAY JOIN
      [${columns.map(({ role }) => literal(role)).join(', ')}] AS role,
      [${columns.map(({ name }) => literal(name)).join(', ')}] AS column,
      ${list(({ counts }) => counts)} AS counts,
      ${list(({ sums }) => sums)} AS sums,
      ${list(({ squares }) => squares)} AS squares`
}

/** A select of `magnitudes`: per slot of a numeric column the sum of the absolute values of `x - centre`, else `[]`. */
export function magnitudeSelect(from: string, { source, binning }: BinnedColumn): string {
  if (binning.kind === 'categorical') return 'SELECT emptyArrayFloat64() AS magnitudes'
  const column = identifier(source)
  const [value, slot] = [centred(column, binning.centre), numericSlot(column, binning)]
  return `SELECT sumResample(0, ${slotCount(binning)}, 1)(abs(${value}), ${slot}) AS magnitudes FROM ${from}`
}

interface Aggregate {
  definition: string
  selection: string
  counts: string
  sums: string
  squares: string
}

function aggregate(column: BinnedColumn, index: number): Aggregate {
  const { binning, source } = column
  const slots = slotCount(binning)
  const counted = `countResample(0, ${slots}, 1)(slot${index}) AS counts${index}`
  if (binning.kind === 'categorical') {
    return {
      definition: `${slotSql(identifier(source), binning)} AS slot${index}`,
      selection: counted,
      counts: `counts${index}`,
      sums: 'emptyArrayFloat64()',
      squares: '0.0',
    }
  }
  return {
    definition: `${slotSql(identifier(source), binning)} AS slot${index},
      ${centred(identifier(source), binning.centre)} AS value${index}`,
    selection: `${counted}, sumResample(0, ${slots}, 1)(value${index}, slot${index}) AS sums${index},
      sum(value${index} * value${index}) AS squares${index}`,
    counts: `counts${index}`,
    sums: `sums${index}`,
    squares: `squares${index}`,
  }
}

function centred(source: string, centre: number): string {
  return `if(isFinite(ifNull(${source}, nan)), assumeNotNull(${source}) - ${float(centre)}, 0.0)`
}
