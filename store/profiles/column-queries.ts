import type { ClickHouseClient } from '@clickhouse/client'
import type { Interval } from './float32.ts'
import type { RowSource } from './row-source.ts'
import { rows } from '../engine/query.ts'
import { array, float, identifier } from '../engine/sql.ts'

const finite = (source: string) => `isFinite(ifNull(${identifier(source)}, nan))`

export interface Extent {
  /** Finite values. */
  n: number
  mean: number
  /** The distinct values where there are at most `limit`; else undefined. */
  values: number[] | undefined
}

export async function extentOf(
  client: ClickHouseClient,
  from: string,
  source: string,
  limit: number,
): Promise<Extent> {
  const value = `assumeNotNull(${identifier(source)})`
  const found = await rows<{ n: number; mean: number | null; values: number[] }>(
    client,
    // Halving before averaging keeps the mean of the largest doubles finite.
    `SELECT count() AS n, avg(${value} / 2) * 2 AS mean, groupUniqArray(${limit + 1})(${value} + 0.0) AS values
     FROM ${from} WHERE ${finite(source)}`,
  )
  const { n, mean, values } = found[0]
  return { n, mean: n > 0 ? (mean ?? 0) : 0, values: values.length <= limit ? values : undefined }
}

/** Beyond so much memory a sort goes on in files. */
const ON_DISK = 'max_bytes_before_external_sort = 200000000'

/** The values at the given ranks (from 0) of the sorted finite values, by rank. */
export async function valuesAtRanks(
  client: ClickHouseClient,
  from: string,
  source: string,
  ranks: readonly number[],
): Promise<Map<number, number>> {
  const found = await rows<{ rank: number; value: number }>(
    client,
    `SELECT rank, value FROM (
       SELECT value, rowNumberInAllBlocks() AS rank FROM (
         SELECT assumeNotNull(${identifier(source)}) AS value FROM ${from} WHERE ${finite(source)} ORDER BY value))
     WHERE rank IN (${ranks.join(', ')}) SETTINGS ${ON_DISK}`,
  )
  return new Map(found.map(({ rank, value }) => [rank, value]))
}

/** Which of the candidate values occur in at least `atLeast` rows, and in how many. */
export async function frequentAmong(
  client: ClickHouseClient,
  from: string,
  source: string,
  candidates: readonly number[],
  atLeast: number,
): Promise<{ value: number; rows: number }[]> {
  if (candidates.length === 0) return []
  return rows(
    client,
    // Adding zero turns -0 into 0, which are the same value.
    `SELECT assumeNotNull(${identifier(source)}) + 0.0 AS value, count() AS rows FROM ${from}
     WHERE ${finite(source)} AND value IN (${array(candidates.map(float), 'Float64')})
     GROUP BY value HAVING rows >= ${float(atLeast)}`,
  )
}

/** How many finite values are less than each bound. */
export async function rowsBelow(
  client: ClickHouseClient,
  from: string,
  source: string,
  bounds: readonly number[],
): Promise<number[]> {
  if (bounds.length === 0) return []
  const counts = bounds.map((bound) => `countIf(assumeNotNull(${identifier(source)}) < ${float(bound)})`)
  const found = await rows<{ counts: number[] }>(
    client,
    `SELECT [${counts.join(', ')}] AS counts FROM ${from} WHERE ${finite(source)}`,
  )
  return found[0].counts
}

/** The least finite value above `bound` that lies in none of the half-open intervals. */
export async function leastAbove(
  client: ClickHouseClient,
  from: string,
  source: string,
  bound: number,
  except: readonly Interval[],
): Promise<number> {
  const value = `assumeNotNull(${identifier(source)})`
  const outside = except.map((one) => `NOT (${value} >= ${float(one.from)} AND ${value} < ${float(one.to)})`)
  const conditions = [finite(source), `${value} > ${float(bound)}`, ...outside]
  const found = await rows<{ least: number }>(
    client,
    `SELECT min(${value}) AS least FROM ${from} WHERE ${conditions.join(' AND ')}`,
  )
  return found[0].least
}

export interface CategoricalSummary {
  /** Most frequent first, ties in code point order; at most `limit`. */
  categories: { category: string; rows: number }[]
  truncated: boolean
  singletons: number
  /** How many rows have a value. */
  present: number
}

export async function categoricalSummary(
  client: ClickHouseClient,
  source: RowSource,
  column: string,
  limit: number,
): Promise<CategoricalSummary> {
  // A condition on the value would be tested row by row, before equal ones are counted.
  const found = await rows<{ category: string | null; rows: number; singletons: number; present: number }>(
    client,
    `SELECT value AS category, rows, countIf(rows = 1 AND isNotNull(value)) OVER () AS singletons,
       sumIf(rows, isNotNull(value)) OVER () AS present
     FROM ${source.valuesOf(column)} ORDER BY isNull(value), rows DESC, value LIMIT ${limit + 1}`,
  )
  const categories = found.flatMap(({ category, rows }) => (category === null ? [] : [{ category, rows }]))
  return {
    categories: categories.slice(0, limit),
    truncated: categories.length > limit,
    singletons: found.at(0)?.singletons ?? 0,
    present: found.at(0)?.present ?? 0,
  }
}
