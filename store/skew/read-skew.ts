import type { Feature, Model } from '../../control/declared/model.ts'
import type { SkewCounts } from '../../domain/skew.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, instant } from '../engine/sql.ts'
import { belongsTo } from '../events/served.ts'
import { onShards, type EventTables } from '../events/silver.ts'
import { COLUMNS_AT_ONCE, hasReference } from './skew-counts.ts'
import { comparedRows, comparisonOf, skewAggregates, toSkewCounts } from './skew-sql.ts'

/** Whole hours. */
interface Period {
  from: Date
  to: Date
}

export interface Skew {
  /** Whether the model has any reference rows, of whatever time. */
  hasReference: boolean
  /** Predictions of the period that have a reference row. */
  rows: number
  /** Reference rows that name an hour of the period in which no such prediction was served. */
  unmatched: number
  /** Reference rows that name no time, of any age, and of whose id no prediction is stored. */
  unmatchedWithoutTime: number
  columns: ReadonlyMap<string, SkewCounts>
}

/** How what was served in a period differs from the reference, for each feature. */
export async function readSkew(
  store: Store,
  model: Model,
  period: Period,
  features: readonly Feature[],
): Promise<Skew> {
  const columns = new Map<string, SkewCounts>()
  if (!(await hasReference(store.read, model.name)))
    return { hasReference: false, rows: 0, unmatched: 0, unmatchedWithoutTime: 0, columns }
  let matched = 0
  for (let start = 0; start < features.length; start += COLUMNS_AT_ONCE) {
    const part = features.slice(start, start + COLUMNS_AT_ONCE)
    const aggregates = part.map((feature, i) => skewAggregates(model, feature, i))
    const counted = onShards(
      store,
      model.name,
      (tables) => `(SELECT count() AS n, [${aggregates.map(({ counts }) => counts).join(', ')}] AS counts,
         [${aggregates.map(({ sums }) => sums).join(', ')}] AS sums
       FROM ${comparedRows({ ...period, features: part }, tables)})`,
    )
    const nodes = await rows<{ n: number; counts: number[][]; sums: (number | null)[][] }>(
      store.read,
      `SELECT toUInt32(n) AS n, CAST(counts, 'Array(Array(UInt32))') AS counts, sums FROM ${counted}`,
    )
    matched = nodes.reduce((sum, { n }) => sum + n, 0)
    for (const [i, { name }] of part.entries())
      columns.set(
        name,
        toSkewCounts(
          added(nodes.map(({ counts }) => counts[i])),
          added(nodes.map(({ sums }) => sums[i].map((sum) => sum ?? NaN))),
        ),
      )
  }
  return { hasReference: true, rows: matched, ...(await countUnmatched(store, model.name, period)), columns }
}

const added = (lists: readonly (readonly number[])[]) =>
  lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0))

async function countUnmatched(store: Store, model: string, { from, to }: Period) {
  const served = belongsTo(undefined)
  const count = async (of: (tables: EventTables) => string) => {
    const [{ n }] = await rows<{ n: number }>(
      store.read,
      `SELECT toUInt32(count()) AS n FROM ${onShards(store, model, (tables) => `(${of(tables)})`)}`,
    )
    return n
  }
  const named = `hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)}`
  const unnamed = "hour = toDateTime(0, 'UTC')"
  return {
    unmatched: await count(
      ({ reference, predictions }) => `SELECT id FROM ${reference} FINAL WHERE ${named}
        AND (id, hour) NOT IN (SELECT id, toStartOfHour(ts) FROM ${predictions} FINAL
          WHERE ts >= ${instant(from)} AND ts < ${instant(to)} AND ${served}
            AND id IN (SELECT id FROM ${reference} WHERE ${named}))`,
    ),
    unmatchedWithoutTime: await count(
      ({ reference, labelIndex }) => `SELECT id FROM ${reference} FINAL WHERE ${unnamed}
        AND sipHash64(id) NOT IN (SELECT hash FROM ${labelIndex}
          WHERE ${served} AND hash IN (SELECT sipHash64(id) FROM ${reference} WHERE ${unnamed}))`,
    ),
  }
}

export interface SkewPoint {
  /** Beginning of its part of the period, epoch milliseconds. */
  at: number
  rows: number
  differing: number
}

/** A feature over a period in parts of so many hours, those with rows, ascending. */
export async function readSkewSeries(
  store: Store,
  model: Model,
  feature: Feature,
  { from, to, hours }: Period & { hours: number },
): Promise<SkewPoint[]> {
  if (!(await hasReference(store.read, model.name))) return []
  const { compared, differs } = comparisonOf(model, feature, 0)
  const seconds = hours * 3600
  const start = from.getTime() / 1000
  const pairs = onShards(
    store,
    model.name,
    (
      tables,
    ) => `(SELECT intDiv(toUnixTimestamp(ts) - ${start}, ${seconds}) AS part, ${compared} AS is_compared, ${differs} AS is_off
      FROM ${comparedRows({ from, to, features: [feature] }, tables)})`,
  )
  const found = await rows<{ part: number; n: number; off: number }>(
    store.read,
    `SELECT toUInt32(part) AS part, toUInt32(countIf(is_compared)) AS n, toUInt32(countIf(is_off)) AS off
     FROM ${pairs} GROUP BY part HAVING n > 0 ORDER BY part`,
  )
  return found.map(({ part, n, off }) => ({
    at: (start + part * seconds) * 1000,
    rows: n,
    differing: off,
  }))
}

export interface SkewExample {
  id: string
  /** Epoch milliseconds. */
  ts: number
  version: string
  /** As text; null where there is none. */
  served: string | null
  reference: string | null
}

export const MAX_EXAMPLES = 5

/** Predictions of a period whose feature differs from the reference, the newest first. */
export async function readSkewExamples(
  store: Store,
  model: Model,
  feature: Feature,
  period: Period,
): Promise<SkewExample[]> {
  if (!(await hasReference(store.read, model.name))) return []
  const { differs, served, reference } = comparisonOf(model, feature, 0)
  const pairs = onShards(
    store,
    model.name,
    (tables) => `(SELECT id, toUnixTimestamp64Milli(ts) AS at, toString(version) AS version,
        toString(${served}) AS served, toString(${reference}) AS reference
      FROM ${comparedRows({ ...period, features: [feature] }, tables)}
      WHERE ${differs} ORDER BY at DESC, id, version LIMIT ${MAX_EXAMPLES})`,
  )
  const found = await rows<Omit<SkewExample, 'ts'> & { at: string }>(
    store.read,
    `SELECT id, toString(at) AS at, version, served, reference FROM ${pairs}
     ORDER BY toInt64(at) DESC, id, version LIMIT ${MAX_EXAMPLES}`,
  )
  return found.map(({ at, ...example }) => ({ ...example, ts: Number(at) }))
}
