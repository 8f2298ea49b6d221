import type { ClickHouseClient } from '@clickhouse/client'
import type { NumericSummary, SummaryRequest } from './numeric-summary.ts'
import type { RowSource } from './row-source.ts'
import { rows } from '../engine/query.ts'
import { identifier } from '../engine/sql.ts'

/** By a single sort a column. Everything is computed over sorted values, so the order of the rows does not matter. */
export async function summariesInMemory(
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

type Answer = [
  n: number,
  /** Half the sum of all values; null where even that is not finite. */
  half: number | null,
  /** The distinct values, where they are few, and the places from 1 where each but the first begins. */
  values: number[],
  starts: number[],
  /** By part: the values at its rank, next to it on either side, and {@link apart} places away on either side. */
  at: number[][],
  sums: (number | null)[],
  squares: number | null,
]

function summarySql(sorted: string, { maxValues, parts, minShare }: SummaryRequest): string {
  const n = `length(${sorted})`
  const values = `arrayCompact(${sorted})`
  const isFew = `length(${values}) <= ${maxValues}`
  const [few, many] = [`if(${isFew}, ${sorted}, [])`, `if(${isFew}, [], ${sorted})`]
  const starts = `arrayFilter((place, step) -> step != 0, arrayEnumerate(${few}), arrayDifference(${few}))`
  const start = (part: string) => `intDiv((toInt64(${n}) - 1) * (${part}), ${parts})`
  // By ranges of one value: a lambda over ranks would copy the array for each of them.
  const pick = (offset: string) =>
    `arrayReduceInRanges('any', arrayMap(part -> (toUInt64(least(greatest(${start('part')} + ${offset}, 0), toInt64(${n}) - 1) + 1), toUInt64(1)), range(${parts + 1})), ${many})`
  const apart = `toInt64(intDiv(toInt64(ceil(${n} * ${minShare})) - 1, 2))`
  const at = ['0', '1', '(-1)', apart, `(-${apart})`].map(pick)
  // Halved, so that the sum of the largest doubles stays finite.
  const half = `arraySum(value -> value / 2, ${sorted})`
  const centred = `arrayMap(value -> value - ${half} / ${n} * 2, ${many})`
  const end = `if(part = ${parts - 1}, toInt64(${n}), ${start('part + 1')})`
  const ranges = `arrayMap(part -> (toUInt64(${start('part')} + 1), toUInt64(${end} - ${start('part')})), range(${parts}))`
  const sums = `arrayReduceInRanges('sum', ${ranges}, ${centred})`
  return `(${n}, ${half}, if(${isFew}, ${values}, []), ${starts}, [${at.join(', ')}], ${sums}, arraySum(value -> value * value, ${centred}))`
}

/** How many places a run of equal values reaches at least, to one side or the other, where it has `minShare` of all. */
const apart = (n: number, minShare: number) => Math.floor((Math.ceil(n * minShare) - 1) / 2)

function toSummary(
  [n, half, values, starts, at, sums, squares]: Answer,
  { parts, minShare }: SummaryRequest,
): NumericSummary {
  const mean = n > 0 && half !== null ? (half / n) * 2 : 0
  if (values.length > 0 || n === 0) {
    const ends = [...starts.map((start) => start - 1), n]
    const counted = values.map((value, i) => ({ value, rows: ends[i] - (i === 0 ? 0 : ends[i - 1]) }))
    return { n, mean, values: counted, valueAt: new Map(), frequent: [], slices: undefined }
  }
  const ranks = Array.from({ length: parts + 1 }, (_, part) => Math.floor(((n - 1) * part) / parts))
  const [own, next, before, far, farBefore] = at
  const reach = apart(n, minShare)
  const valueAt = new Map<number, number>()
  const frequent = new Set<number>()
  ranks.forEach((rank, part) => {
    valueAt.set(rank, own[part])
    if (rank + 1 < n) valueAt.set(rank + 1, next[part])
    const isLong = (rank >= reach && farBefore[part] === own[part]) || (rank + reach < n && far[part] === own[part]) // prettier-ignore
    if (isLong) frequent.add(own[part])
    if (reach === 0 || (rank + reach < n && far[part] === next[part])) frequent.add(next[part])
  })
  const isSummed = half !== null && squares !== null && sums.every((sum) => sum !== null)
  const slices =
    isSummed && n > parts ? { starts: ranks.slice(0, parts), at: own, before, sums, squares } : undefined
  return { n, mean, values: undefined, valueAt, frequent: [...frequent], slices }
}
