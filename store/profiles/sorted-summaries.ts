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
  const steps = columns.map((_, i) => stepsSql(i, request))
  const each = (step: (steps: Steps) => string) => steps.map(step).join(', ')
  const [{ found }] = await rows<{ found: Answer[] }>(
    client,
    // What several expressions need is a column of its own: the engine takes its time over each copy of an expression.
    `SELECT [${each(({ answer }) => answer)}] AS found FROM (
       SELECT *, ${each(({ centred }) => centred)} FROM (
         SELECT *, ${each(({ divided }) => divided)} FROM (
           SELECT *, ${each(({ counted }) => counted)} FROM (SELECT ${sorted.join(', ')} FROM ${source.from(columns)}))))`,
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
  /** By part: the values at its rank; then those next to it on either side, and {@link apart} places away on either side. */
  at: number[],
  sums: (number | null)[],
  squares: number | null,
]

/** The expressions over one sorted column, each of which takes those before it for columns. */
interface Steps {
  counted: string
  divided: string
  centred: string
  answer: string
}

function stepsSql(i: number, { maxValues, parts, minShare }: SummaryRequest): Steps {
  const [sorted, n, half, values, few, many, centred] = ['sorted', 'n', 'half', 'values', 'few', 'many', 'centred'].map((name) => name + i) // prettier-ignore
  const isFew = `length(${values}) <= ${maxValues}`
  const starts = `arrayFilter((place, step) -> step != 0, arrayEnumerate(${few}), arrayDifference(${few}))`
  const start = (part: string) => `intDiv((${n} - 1) * (${part}), ${parts})`
  const apart = `toInt64(intDiv(toInt64(ceil(${n} * ${minShare})) - 1, 2))`
  // By ranges of one value: a lambda over ranks would copy the array for each of them. And in one call, since each one
  // goes through the whole array first.
  const places = `arrayMap(part -> (toUInt64(least(greatest(${start('part')} + away, 0), ${n} - 1) + 1), toUInt64(1)), range(${parts + 1}))`
  const around = `arrayFlatten(arrayMap(away -> ${places}, [0, 1, -1, ${apart}, -${apart}]))`
  const end = `if(part = ${parts - 1}, ${n}, ${start('part + 1')})`
  const ranges = `arrayMap(part -> (toUInt64(${start('part')} + 1), toUInt64(${end} - ${start('part')})), range(${parts}))`
  const answer = [
    n,
    half,
    `if(${isFew}, ${values}, [])`,
    starts,
    `arrayReduceInRanges('any', ${around}, ${many})`,
    `arrayReduceInRanges('sum', ${ranges}, ${centred})`,
    `arraySum(value -> value * value, ${centred})`,
  ]
  return {
    // Halved, so that the sum of the largest doubles stays finite.
    counted: `toInt64(length(${sorted})) AS ${n}, arrayCompact(${sorted}) AS ${values}, arraySum(value -> value / 2, ${sorted}) AS ${half}`,
    divided: `if(${isFew}, ${sorted}, []) AS ${few}, if(${isFew}, [], ${sorted}) AS ${many}`,
    centred: `arrayMap(value -> value - ${half} / ${n} * 2, ${many}) AS ${centred}`,
    answer: `(${answer.join(', ')})`,
  }
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
  const [own, next, before, far, farBefore] = Array.from({ length: 5 }, (_, k) => at.slice(k * (parts + 1), (k + 1) * (parts + 1))) // prettier-ignore
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
