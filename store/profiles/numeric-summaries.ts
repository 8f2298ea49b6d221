import type { ClickHouseClient } from '@clickhouse/client'
import type { NumericSummary, SummaryRequest } from './numeric-summary.ts'
import type { RowSource } from './row-source.ts'
import { extentOf, frequentAmong, valuesAtRanks } from './column-queries.ts'
import { summariesInMemory } from './sorted-summaries.ts'

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
