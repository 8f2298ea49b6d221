import { slotCount } from '../profiles/binning.ts'
import { DELAY_SLOTS, DELAY_SLOT_SQL } from './label-delay.ts'
import { labelPlaces, type LabelScale } from './label-scale.ts'
import { lossAggregates, lossDefinitions, binLossAggregates } from './loss-sql.ts'
import { lossBinCount, lossBinSql } from './loss-bins.ts'
import { hasBinLosses, binLossRole } from './bin-losses.ts'
import type { BinnedColumn } from '../profiles/profile-sql.ts'
import { segmentName, splitBySegment } from '../profiles/segment-sql.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { slotSql } from '../profiles/slot-sql.ts'
import type { Shards } from '../engine/shards.ts'
import { array, float, identifier, literal } from '../engine/sql.ts'

/** What is summed over labelled rows: of columns by their slots, or of rows as a whole. */
export interface LabelledSums {
  scale: LabelScale
  /** Columns whose slots are summed over; not the label itself. */
  columns: readonly BinnedColumn[]
  /** With these columns of the model the losses are summed as well. */
  losses?: readonly BinnedColumn[] | undefined
  /** With these the losses of each bin are summed as well, of the columns that have them (see `BinLosses`). */
  binLosses?: readonly BinnedColumn[] | undefined
  /** Whether rows have a time of their own and of their label, so that delays are counted. */
  delays?: boolean
}

interface Aggregate {
  role: string
  column: string
  /** Definitions over a row, and selected expressions with their aliases. */
  definitions: string[]
  selections: string[]
  counts: string
  sums: string
  squares: string
}

/**
 * A select that sums labelled rows in one pass over `from`: one row a group, segment and column, with `role, column,
 * counts, sums, squares, segment` beside the groups (see `LabelledProfile`); under the roles `loss` and `delay` what is summed over all
 * rows. `from` has labels only: no nulls, and of numbers finite ones. `groups` maps an alias to its expression.
 * @param gather for `from` being over local tables: every shard sums its own rows
 */
export function labelledSelect(
  from: string,
  sums: LabelledSums,
  groups: Record<string, string>,
  segments: readonly SegmentColumn[] = [],
  gather: Shards['gather'] = (rows) => rows,
): string {
  const { scale, columns, losses, binLosses, delays } = sums
  const keys = Object.entries(groups).map(([alias, expression]) => `${expression} AS ${alias}`)
  const aggregates = [
    ...columns.map((column, i) => columnAggregate(column, i, scale)),
    ...(losses === undefined ? [] : [{ role: 'loss', column: '', ...lossAggregates() }]),
    ...(binLosses === undefined ? [] : columns.flatMap((column, i) => binLossAggregate(column, i, scale))),
    ...(delays === true ? [DELAYS] : []),
  ]
  const list = (of: (one: Aggregate) => string) => `[${aggregates.map(of).join(', ')}]`
  const by = [...Object.keys(groups), ...(segments.length > 0 ? ['segment_id'] : [])]
  const lost = losses ?? binLosses
  const defined = [
    ...keys,
    labelDefinition(scale),
    ...(lost === undefined ? [] : lossDefinitions(scale, lost)),
    ...aggregates.flatMap(({ definitions }) => definitions),
  ]
  return `
    SELECT ${[...Object.keys(groups), 'role', 'column', 'counts', 'sums', 'squares'].join(', ')},
      ${segmentName(segments)} AS segment
    FROM (
      SELECT ${[...by, ...aggregates.flatMap(({ selections }) => selections)].join(', ')}
      FROM ${splitBySegment(from, defined, segments, gather)}
      ${by.length > 0 ? `GROUP BY ${by.join(', ')}` : ''}
    )
    ARRAY JOIN ${list(({ role }) => literal(role))} AS role, ${list(({ column }) => literal(column))} AS column,
      ${list(({ counts }) => counts)} AS counts, ${list(({ sums }) => sums)} AS sums,
      ${list(({ squares }) => squares)} AS squares`
}

/** The columns that such a select reads. */
export function columnsRead({ columns, losses = [], binLosses = [] }: LabelledSums): BinnedColumn[] {
  return [...columns, ...losses, ...binLosses]
}

/** The place of a row's label within a slot, or its distance from the centre. */
function labelDefinition(scale: LabelScale): string {
  if (scale.kind === 'number') return `assumeNotNull(label) - ${float(scale.centre)} AS distance`
  const { classes } = scale
  const names = array(classes.map(literal), 'String')
  return `transform(assumeNotNull(toString(label)), ${names}, range(0, ${classes.length}), ${classes.length}) AS place`
}

function columnAggregate(
  { role, name, source, binning }: BinnedColumn,
  index: number,
  scale: LabelScale,
): Aggregate {
  const slots = slotCount(binning)
  const places = labelPlaces(scale)
  const shared = {
    role,
    column: name,
    definitions: [`${slotSql(identifier(source), binning)} AS slot${index}`],
  }
  if (scale.kind === 'classes') {
    const key = `toUInt32(slot${index}) * ${places} + place`
    return {
      ...shared,
      selections: [`countResample(0, ${slots * places}, 1)(${key}) AS counts${index}`],
      counts: `counts${index}`,
      sums: 'emptyArrayFloat64()',
      squares: 'emptyArrayFloat64()',
    }
  }
  const sum = (value: string) => `sumResample(0, ${slots}, 1)(${value}, slot${index})`
  return {
    ...shared,
    selections: [
      `countResample(0, ${slots}, 1)(slot${index}) AS counts${index}`,
      `${sum('distance')} AS sums${index}`,
      `${sum('distance * distance')} AS squares${index}`,
    ],
    counts: `counts${index}`,
    sums: `sums${index}`,
    squares: `squares${index}`,
  }
}

function binLossAggregate(column: BinnedColumn, index: number, scale: LabelScale): Aggregate[] {
  if (!hasBinLosses(column)) return []
  const { binning } = column
  const aggregates = binLossAggregates(scale, lossBinCount(binning), index)
  const definitions = [`${lossBinSql(`slot${index}`, binning)} AS loss_bin${index}`]
  return [{ role: binLossRole(column.role), column: column.name, definitions, ...aggregates }]
}

const DELAYS: Aggregate = {
  role: 'delay',
  column: '',
  definitions: [],
  selections: [`countResample(0, ${DELAY_SLOTS}, 1)(${DELAY_SLOT_SQL}) AS delays`],
  counts: 'delays',
  sums: 'emptyArrayFloat64()',
  squares: 'emptyArrayFloat64()',
}
