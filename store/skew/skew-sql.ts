import { DEFAULT_SKEW, type SkewCounts } from '../../domain/skew.ts'
import { featureSource, type Feature, type Model } from '../../control/declared/model.ts'
import { float, hourLiteral, identifier, instant, literal } from '../engine/sql.ts'
import { belongsTo } from '../events/served.ts'
import type { EventTables } from '../events/silver.ts'

export interface ComparedRows {
  from: Date
  to: Date
  features: readonly Feature[]
  /** A condition on an hour. */
  among?: (hour: string) => string
}

/** Columns of {@link comparedRows} with both values of the feature at a place. */
const served = (place: number) => identifier(`s${place}`)
const reference = (place: number) => identifier(`r${place}`)
const NO_HOUR = "toDateTime(0, 'UTC')"

/**
 * A table expression for the predictions of `[from, to)`, hours being whole, that were served and have a reference row:
 * `ts`, `id`, `version`, whether the reference row `is_named`, and both values of each feature. A row that names the hour of the prediction counts before one
 * that names none. To be computed by each shard: an id is on one of them.
 */
export function comparedRows(
  { from, to, features, among = () => '1' }: ComparedRows,
  { predictions, reference: table }: EventTables,
): string {
  const sources = features.map(({ name }) => identifier(featureSource(name)))
  const within = `ts >= ${instant(from)} AND ts < ${instant(to)} AND ${belongsTo(undefined)} AND ${among('toStartOfHour(ts)')}`
  const named = `hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} AND ${among('hour')}`
  // Of the ids that were served, only those that rows without a time have: few, or none at all.
  const servedUnnamed = `SELECT id FROM ${predictions} WHERE ${within} AND id IN (SELECT id FROM ${table} WHERE hour = ${NO_HOUR})`
  const columns = [...new Set(sources)].map((source) => `, ${source}`).join('')
  return `(SELECT p.ts AS ts, p.id AS id, p.version AS version, r.uncompared AS uncompared, r.hour != ${NO_HOUR} AS is_named
      ${sources.map((source, i) => `, p.${source} AS ${served(i)}, r.${source} AS ${reference(i)}`).join('')}
    FROM (SELECT ts, id, version${columns},
        if((id, toStartOfHour(ts)) IN (SELECT id, hour FROM ${table} WHERE ${named}), toStartOfHour(ts), ${NO_HOUR}) AS wanted
      FROM ${predictions} FINAL WHERE ${within}) AS p
    INNER JOIN (SELECT id, hour, uncompared${columns} FROM ${table} FINAL
      WHERE (${named}) OR (hour = ${NO_HOUR} AND id IN (${servedUnnamed}))) AS r
    ON r.id = p.id AND r.hour = p.wanted)`
}

/** What tells of one feature of {@link comparedRows} how its two values compare; each an expression that is never null. */
export function comparisonOf({ skew = DEFAULT_SKEW }: Model, { name, kind }: Feature, place: number) {
  const [s, r] = [served(place), reference(place)]
  const [hasServed, hasReference] = [`isNotNull(${s})`, `isNotNull(${r})`]
  const compared = `NOT has(uncompared, ${literal(name)})`
  const both = `(${compared} AND ${hasServed} AND ${hasReference})`
  const difference = kind === 'numeric' ? `(ifNull(${s}, 0) - ifNull(${r}, 0))` : '0.'
  // What is no number is never within the tolerance.
  const isOff =
    kind === 'numeric'
      ? `NOT (abs(${difference}) <= ${float(skew.absolute)} + ${float(skew.tolerance)} * abs(ifNull(${r}, 0)))`
      : `ifNull(${s} != ${r}, 0)`
  const missingServed = `(${compared} AND NOT ${hasServed} AND ${hasReference})`
  const missingReference = `(${compared} AND ${hasServed} AND NOT ${hasReference})`
  return {
    served: s,
    reference: r,
    compared,
    both,
    difference,
    missingServed,
    missingReference,
    differs: `(${missingServed} OR ${missingReference} OR (${both} AND ${isOff}))`,
  }
}

/** Aggregates over {@link comparedRows} of one feature: five counts and two sums, as {@link toSkewCounts} reads them. */
export function skewAggregates(
  model: Model,
  feature: Feature,
  place: number,
): { counts: string; sums: string } {
  const { compared, differs, missingServed, missingReference, both, difference } = comparisonOf(
    model,
    feature,
    place,
  )
  const counts = [compared, differs, missingServed, missingReference, both].map((one) => `countIf(${one})`)
  const sums = [difference, `abs(${difference})`].map((one) => `sumIf(${one}, ${both})`)
  return { counts: `[${counts.join(', ')}]`, sums: `[${sums.join(', ')}]` }
}

/** Sums that overflow, which the engine writes as null, are no numbers. */
export function toSkewCounts(counts: readonly number[], sums: readonly (number | null)[]): SkewCounts {
  const [rows, differing, missingServed, missingReference, both] = counts
  const [difference, absolute] = sums.map((sum) => sum ?? NaN)
  return { rows, differing, missingServed, missingReference, both, difference, absolute }
}
