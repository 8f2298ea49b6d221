import type { ClickHouseClient } from '@clickhouse/client'
import type { RowSource } from './row-source.ts'
import { extentOf, frequentAmong, valuesAtRanks } from './column-queries.ts'
import { rows } from '../engine/query.ts'
import { identifier } from '../engine/sql.ts'

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
  const nothing = { n, mean, values: undefined, valueAt: new Map<number, number>(), frequent: [] }
  if (values) return { ...nothing, values: await frequentAmong(client, from, column, values, 1) }
  const ranks = Array.from({ length: parts + 1 }, (_, part) => Math.floor(((n - 1) * part) / parts))
  const asked = new Set(ranks.flatMap((rank) => [rank, Math.min(rank + 1, n - 1)]))
  const valueAt = await valuesAtRanks(client, from, column, [...asked])
  return { ...nothing, valueAt, frequent: [...new Set(valueAt.values())] }
}

/** By a single sort a column. Everything is computed over sorted values, so the order of the rows does not matter. */
async function summariesInMemory(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly string[],
  request: SummaryRequest,
): Promise<NumericSummary[]> {
  const sorted = columns.map((column, i) => {
    const finite = `isFinite(ifNull(${identifier(column)}, nan))`
    // Adding zero turns -0 into 0, which are the same value.
    return `arraySort(groupArrayIf(assumeNotNull(${identifier(column)}) + 0.0, ${finite})) AS sorted${i}`
  })
  const summaries = columns.map((_, i) => summarySql(`sorted${i}`, request))
  const [{ found }] = await rows<{ found: Answer[] }>(
    client,
    `SELECT [${summaries.join(', ')}] AS found FROM (SELECT ${sorted.join(', ')} FROM ${source.from(columns)})`,
  )
  return found.map((answer) => toSummary(answer, request))
}

type Answer = [n: number, half: number | null, values: number[], starts: number[], at: number[][]]

/** How far apart two places of one value must be at least, where `minShare` of all rows hold the value. */
const reach = (n: number, minShare: number) => Math.floor((Math.ceil(n * minShare) - 1) / 2)

function summarySql(sorted: string, { maxValues, parts, minShare }: SummaryRequest): string {
  const n = `length(${sorted})`
  const values = `arrayCompact(${sorted})`
  const few = `length(${values}) <= ${maxValues}`
  // Where a run of equal values begins, from 1, apart from the first.
  const inRuns = `if(${few}, ${sorted}, emptyArrayFloat64())`
  const starts = `arrayFilter((place, step) -> step != 0, arrayEnumerate(${inRuns}), arrayDifference(${inRuns}))`
  const apart = `toInt64(intDiv(toInt64(ceil(${n} * ${minShare})) - 1, 2))`
  // A range for each part: `arrayReduceInRanges` picks values without a copy of the array for each.
  const pick = (offset: string) =>
    `arrayReduceInRanges('any', arrayMap(part -> (toUInt64(least(greatest(intDiv((toInt64(${n}) - 1) * part, ${parts}) + ${offset}, 0), toInt64(${n}) - 1) + 1), toUInt64(1)), range(${parts + 1})), ${sorted})`
  const at = [pick('0'), pick('1'), pick(`(-${apart})`), pick(apart)]
  const nothing = "CAST([], 'Array(Array(Float64))')"
  // Halved, so that the sum of the largest doubles stays finite.
  return `(${n}, arraySum(value -> value / 2, ${sorted}), if(${few}, ${values}, emptyArrayFloat64()), ${starts}, if(${n} = 0, ${nothing}, [${at.join(', ')}]))`
}

function toSummary([n, half, values, starts, at]: Answer, request: SummaryRequest): NumericSummary {
  const mean = n > 0 && half !== null ? (half / n) * 2 : 0
  if (values.length > 0 || n === 0) {
    const ends = [...starts.map((start) => start - 1), n]
    const counted = values.map((value, i) => ({ value, rows: ends[i] - (i === 0 ? 0 : ends[i - 1]) }))
    return { n, mean, values: counted, valueAt: new Map(), frequent: [] }
  }
  const valueAt = new Map<number, number>()
  const frequent = new Set<number>()
  const apart = reach(n, request.minShare)
  const [own, next, before, after] = at
  own.forEach((value, part) => {
    const rank = Math.floor(((n - 1) * part) / request.parts)
    valueAt.set(rank, value)
    if (rank + 1 < n) valueAt.set(rank + 1, next[part])
    // A run that long reaches a place so far from any place within it, on one side or the other.
    if ((rank >= apart && before[part] === value) || (rank + apart < n && after[part] === value)) frequent.add(value) // prettier-ignore
    if (apart === 0 || (rank + apart < n && after[part] === next[part])) frequent.add(next[part])
  })
  return { n, mean, values: undefined, valueAt, frequent: [...frequent] }
}
