import { getHeapStatistics } from 'node:v8'
import type { ClickHouseClient } from '@clickhouse/client'
import { identifier } from '../../store/engine/sql.ts'

/** How often each distinct value occurs on either side; three arrays of one length. */
export interface ValueCounts<Value> {
  values: Value[]
  baseline: number[]
  current: number[]
}

/** Categories are told apart by their whole text, but this many characters of it are enough of a name. */
const NAME_LENGTH = 100

/** At most 200 bytes of memory go into a distinct number; a category takes four times that. */
const BYTES_PER_NUMBER = 400
/** The answer of the engine must also fit into one string. */
const MAX_NUMBERS = 10_000_000

const maxNumbers = () =>
  Math.min(MAX_NUMBERS, Math.floor(getHeapStatistics().heap_size_limit / BYTES_PER_NUMBER))
const maxCategories = () => Math.floor(maxNumbers() / 4)

export interface Sides {
  baseline: string
  /** Undefined where the current file lacks the column. */
  current: string | undefined
}

/** Finite values in ascending order; undefined when there are more than memory has room for. */
export function numericCounts(
  client: ClickHouseClient,
  sides: Sides,
  source: string,
): Promise<ValueCounts<number> | undefined> {
  const column = identifier(source)
  // Adding zero turns -0 into 0, which are the same value.
  return counts<number>(client, sides, `assumeNotNull(${column}) + 0.0`, `isFinite(ifNull(${column}, nan))`, {
    name: 'value',
    order: 'value',
    limit: maxNumbers(),
  })
}

/** Categories, the baseline's most frequent first; undefined when there are more than memory has room for. */
export function categoryCounts(
  client: ClickHouseClient,
  sides: Sides,
  source: string,
): Promise<ValueCounts<string> | undefined> {
  const column = identifier(source)
  return counts<string>(client, sides, `assumeNotNull(${column})`, `isNotNull(${column})`, {
    name: `leftUTF8(value, ${NAME_LENGTH})`,
    order: 'in_baseline DESC, in_current DESC, value',
    limit: maxCategories(),
  })
}

async function counts<Value>(
  client: ClickHouseClient,
  { baseline, current }: Sides,
  value: string,
  condition: string,
  { name, order, limit }: { name: string; order: string; limit: number },
): Promise<ValueCounts<Value> | undefined> {
  const side = (table: string, b: number, c: number) =>
    `SELECT ${value} AS value, ${b} AS b, ${c} AS c FROM ${table} WHERE ${condition}`
  const both = [side(baseline, 1, 0), ...(current === undefined ? [] : [side(current, 0, 1)])].join(
    ' UNION ALL ',
  )
  const result = await client.query({
    query: `SELECT ${name} AS name, sum(b) AS in_baseline, sum(c) AS in_current
      FROM (${both}) GROUP BY value ORDER BY ${order} LIMIT ${limit + 1}`,
    // Columns take a quarter of the memory that an object a row would.
    format: 'JSONColumnsWithMetadata',
  })
  const { data } = (await result.json()) as unknown as { data: Partial<Answer<Value>> }
  // Of no rows the engine does not even name the columns.
  const { name: values = [], in_baseline = [], in_current = [] } = data
  return values.length > limit ? undefined : { values, baseline: in_baseline, current: in_current }
}

interface Answer<Value> {
  name: Value[]
  in_baseline: number[]
  in_current: number[]
}
