import type { ClickHouseClient } from '@clickhouse/client'
import type { RowSource } from './row-source.ts'
import { extentOf, frequentAmong, valuesAtRanks } from './column-queries.ts'
import { summariesInMemory } from './sorted-summaries.ts'

/** What binning a numeric column asks of its data first. */
export interface NumericSummary {
  /** Finite values. */
  n: number
  mean: number
  /** The distinct values with their rows, where there are at most `maxValues`; else undefined. */
  values: { value: number; rows: number }[] | undefined
  /** The values at the ranks that were asked for (from 0) of the sorted finite values. */
  valueAt: ReadonlyMap<number, number>
  /** The values at those ranks that may hold a share of `minShare` of the finite values, or more. */
  frequent: number[]
  /** What lies between the ranks that divide the sorted values into parts, where memory had room for all. */
  slices: Slices | undefined
}

export interface Slices {
  /** Where each part begins: `parts` ranks, ascending and distinct. */
  starts: number[]
  /** The values at those ranks, and just before them. */
  at: number[]
  before: number[]
  /** Of `x - mean` over each part, and of its square over all. */
  sums: number[]
  squares: number
}

export interface SummaryRequest {
  maxValues: number
  /** Ranks are those at, and next to, each of so many parts of the sorted values. */
  parts: number
  minShare: number
}

/** With more rows, memory has no room for a column: the engine sorts on the disk. */
const MAX_ROWS_IN_MEMORY = 10_000_000
/** A value takes about so much memory while its column is collected and sorted. */
const BYTES_PER_VALUE = 32
const BYTES_PER_STATEMENT = 160_000_000

/** Summarises numeric columns, as many in one pass as memory has room for. */
export async function numericSummaries(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly string[],
  request: SummaryRequest,
): Promise<NumericSummary[]> {
  const summaries: NumericSummary[] = []
  if (source.rows > MAX_ROWS_IN_MEMORY) {
    for (const column of columns)
      summaries.push(await summaryOnDisk(client, source.from([column]), column, request))
    return summaries
  }
  const together = Math.max(1, Math.floor(BYTES_PER_STATEMENT / (BYTES_PER_VALUE * Math.max(1, source.rows))))
  for (let start = 0; start < columns.length; start += together)
    summaries.push(
      ...(await summariesInMemory(client, source, columns.slice(start, start + together), request)),
    )
  return summaries
}

async function summaryOnDisk(
  client: ClickHouseClient,
  from: string,
  column: string,
  { maxValues, parts }: SummaryRequest,
): Promise<NumericSummary> {
  const { n, mean, values } = await extentOf(client, from, column, maxValues)
  const nothing = {
    n,
    mean,
    values: undefined,
    valueAt: new Map<number, number>(),
    frequent: [],
    slices: undefined,
  }
  if (values) return { ...nothing, values: await frequentAmong(client, from, column, values, 1) }
  const ranks = Array.from({ length: parts + 1 }, (_, part) => Math.floor(((n - 1) * part) / parts))
  const asked = new Set(ranks.flatMap((rank) => [rank, Math.min(rank + 1, n - 1)]))
  const valueAt = await valuesAtRanks(client, from, column, [...asked])
  return { ...nothing, valueAt, frequent: [...new Set(valueAt.values())] }
}
