import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import type { FileColumn, StagedFile } from '../files/files.ts'
import { firstCells } from '../files/first-rows.ts'

/** A column that says which row it is, or when, and not what is in it. */
export interface LeftOut {
  column: string
  reason: 'index' | 'id' | 'time'
  /** What it was told by. */
  detail: string
}

/** With fewer values than this all of them may well be distinct by chance. */
const MIN_VALUES = 100
/** An id of text has this share of distinct values, or more; one of whole numbers hardly ever repeats. */
const DISTINCT_TEXTS = 0.95
const DISTINCT_NUMBERS = 0.99
/** Whole numbers of which chance would have repeated so many, and did not repeat, were counted up. */
const EXPECTED_REPEATS = 10

/** What pandas calls an index without a name, in Parquet and after a round trip through CSV. */
const PANDAS_INDEX = /^(__index_level_\d+__|Unnamed: 0(\.\d+)?)$/
/** What `reset_index` calls it. */
const RESET_INDEX = /^(index|level_0)$/
const ID_NAME = /(^|[_\W])(id|uuid|guid|key|index|idx)$|[a-z](Id|ID|Uuid|UUID|Key)$|^id_/
const TIME_NAME = /(^|[_\W\d])(ts|time|timestamp|datetime|date|epoch|unix|at)($|[_\W\d])|(time|date|timestamp)$|[a-z](At|Ts)$/i // prettier-ignore

/** A number with a sign of currency, a unit or a minus that is no hyphen: distinct as such texts are, they are no ids. */
const MEASURE =
  /^[−-]?\s*(?:[$€£¥]\s*\d[\d.,'’\s]*|\d[\d.,'’\s]*(?:[%‰€$£¥]|\s[a-zµ°][\w/µ°²³]{0,5})|\d+[.,]\d+)$/i

/** From 1990 to 2100 in seconds, and the units of epoch times in parts of a second. */
const EPOCH: readonly [number, number] = [631_152_000, 4_102_444_800]
const UNITS = [
  { name: 'seconds', of: 1 },
  { name: 'milliseconds', of: 1e3 },
  { name: 'microseconds', of: 1e6 },
  { name: 'nanoseconds', of: 1e9 },
] as const

export const isPandasIndex = (column: string) => PANDAS_INDEX.test(column)

/** Finds the columns of a staged file that look like an index, an id or a time. */
export async function findRoles(client: ClickHouseClient, file: StagedFile): Promise<LeftOut[]> {
  const byName = file.columns.flatMap((column) => {
    const found = roleByName(column)
    return found === undefined ? [] : [found]
  })
  const named = new Set(byName.map(({ column }) => column))
  const suspects = await suspectsOf(client, file, named)
  const byValues: LeftOut[] = []
  for (const suspect of suspects) {
    const found = roleByValues(suspect, await valuesOf(client, file, suspect.column))
    if (found !== undefined) byValues.push(found)
  }
  const all = new Map([...byName, ...byValues].map((one) => [one.column, one]))
  return file.columns.flatMap(({ name }) => all.get(name) ?? [])
}

function roleByName({ name, isTime }: FileColumn): LeftOut | undefined {
  if (isPandasIndex(name)) return { column: name, reason: 'index', detail: 'an index written by pandas' }
  if (isTime) return { column: name, reason: 'time', detail: 'its values are dates or times' }
  return undefined
}

interface Suspect {
  column: FileColumn
  /** The first rows go up from one to the next. */
  isIncreasing: boolean
  mayBeTime: boolean
}

/** Columns whose first rows do not rule out that they are ids or times. */
async function suspectsOf(
  client: ClickHouseClient,
  { from, source, columns }: StagedFile,
  named: ReadonlySet<string>,
): Promise<Suspect[]> {
  const open = columns.filter(({ name }) => !named.has(name))
  if (open.length === 0) return []
  const cells = await firstCells<FileColumn, string | null>(client, open, {
    cell: ({ name }) => `toString(${identifier(source(name))})`,
    from: (some) => from(some.map(({ name }) => source(name))),
    settings: ['max_threads = 1', 'max_parsing_threads = 1'],
  })
  return open.flatMap((column) => {
    const present = cells.get(column)!.filter((cell) => cell !== null)
    const distinct = new Set(present).size
    if (present.length === 0) return []
    if (column.kind === 'categorical') {
      const measures = present.filter((cell) => MEASURE.test(cell)).length
      const isSuspect =
        column.reading !== 'time' &&
        distinct >= DISTINCT_TEXTS * present.length &&
        measures < DISTINCT_TEXTS * present.length
      return isSuspect ? [{ column, isIncreasing: false, mayBeTime: false }] : []
    }
    const numbers = present.map(Number).filter(Number.isFinite)
    const mayBeTime = TIME_NAME.test(column.name) && numbers.every((x) => timeOf(x, x) !== undefined)
    const mayBeId = distinct >= DISTINCT_NUMBERS * present.length && numbers.every(Number.isInteger)
    const isIncreasing = numbers.every((x, k) => k === 0 || x > numbers[k - 1])
    return mayBeTime || mayBeId ? [{ column, isIncreasing, mayBeTime }] : []
  })
}

interface Values {
  n: number
  distinct: number
  /** Of numbers. */
  whole: number
  low: number
  high: number
}

async function valuesOf(
  client: ClickHouseClient,
  { from, source }: StagedFile,
  { name, kind }: FileColumn,
): Promise<Values> {
  const column = identifier(source(name))
  const table = from([source(name)])
  const number = `assumeNotNull(${column})`
  const query =
    kind === 'numeric'
      ? `SELECT count() AS n, uniqExact(${number}) AS distinct, countIf(${number} = floor(${number})) AS whole,
           min(${number}) AS low, max(${number}) AS high FROM ${table} WHERE isFinite(ifNull(${column}, nan))`
      : `SELECT count(${column}) AS n, uniq(${column}) AS distinct, 0 AS whole, 0 AS low, 0 AS high FROM ${table}`
  return (await rows<Values>(client, query))[0]
}

function roleByValues(
  { column: { name, kind }, isIncreasing, mayBeTime }: Suspect,
  values: Values,
): LeftOut | undefined {
  // prettier-ignore
  const { n, distinct, whole, low, high } = values
  const id = (detail: string): LeftOut => ({ column: name, reason: 'id', detail })
  const unit = mayBeTime ? timeOf(low, high) : undefined
  if (unit !== undefined)
    return { column: name, reason: 'time', detail: `judging by its name and values, ${unit}` }
  if (kind === 'categorical')
    return n >= MIN_VALUES && distinct >= DISTINCT_TEXTS * n
      ? id('nearly every value is distinct')
      : undefined
  if (whole < n || distinct < DISTINCT_NUMBERS * n) return undefined
  const range = high - low + 1
  if (RESET_INDEX.test(name) && distinct === n && range === n)
    return { column: name, reason: 'index', detail: 'it numbers the rows' }
  if (n < MIN_VALUES) return undefined
  if (ID_NAME.test(name)) return id('judging by its name, and nearly every value is distinct')
  // As many as would repeat were they drawn from their range by chance.
  const repeats = n - range * -Math.expm1(-n / range)
  if (repeats >= EXPECTED_REPEATS && n - distinct <= repeats / 10)
    return id('whole numbers that hardly repeat although they are close together')
  return isIncreasing && distinct === n ? id('whole numbers that increase from row to row') : undefined
}

/** What epoch times from `low` to `high` would be counted in; undefined where they are no times. */
function timeOf(low: number, high: number): string | undefined {
  const unit = UNITS.find(({ of }) => low >= EPOCH[0] * of && high < EPOCH[1] * of)
  if (unit !== undefined) return `${unit.name} since 1970`
  return [low, high].every(isCalendarDay) ? 'days written as YYYYMMDD' : undefined
}

function isCalendarDay(x: number): boolean {
  const [month, day] = [Math.floor(x / 100) % 100, x % 100]
  return (
    Number.isInteger(x) &&
    x > 19_000_000 &&
    x < 21_010_000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31
  )
}
