import type { ClickHouseClient } from '@clickhouse/client'
import type { CategoricalBinning, ColumnBinning, NumericBinning } from '../../store/profiles/binning.ts'
import {
  categoricalSummary,
  frequentAmong,
  leastAbove,
  rowsBelow,
  valuesAtRanks,
  type CategoricalSummary,
} from '../../store/profiles/column-queries.ts'
import { float32Interval } from '../../store/profiles/float32.ts'
import { numericSummaries } from '../../store/profiles/numeric-summaries.ts'
import type { NumericSummary } from '../../store/profiles/numeric-summary.ts'
import { countedRows, type RowSource } from '../../store/profiles/row-source.ts'
import type { Column } from '../../control/declared/model.ts'
import { binningByValue, numericBinning, QUANTILES, quantilesOf } from './binning.ts'
import { pointsOf } from './points.ts'
import {
  amongAll,
  cutAt,
  groupsByEdge,
  heavyPoints,
  restPositions,
  undividedFrom,
  type Atom,
} from './psi-groups.ts'

/** A column with more distinct values than this is binned by quantiles, else by value. */
const MAX_BINNED_VALUES = 125
/** A quantile that is itself a value of at least this share of the rows gets a bin of its own. */
const POINT_SHARE = 1 / 500
const MAX_CATEGORIES = 1000

/** Derives the bins of a column from the rows of `from`, a table expression that has `column.source`. */
export async function deriveBinning(
  client: ClickHouseClient,
  from: string,
  column: Pick<Column, 'kind' | 'source'>,
): Promise<ColumnBinning> {
  const source = await countedRows(client, from)
  if (column.kind === 'categorical')
    return categoricalBinning(await categoriesOf(client, source, column.source))
  return (await deriveNumeric(client, source, [column.source]))[0].binning
}

export function categoriesOf(
  client: ClickHouseClient,
  source: RowSource,
  column: string,
): Promise<CategoricalSummary> {
  return categoricalSummary(client, source, column, MAX_CATEGORIES)
}

export function categoricalBinning({
  categories,
  truncated,
  singletons,
}: CategoricalSummary): CategoricalBinning {
  return {
    kind: 'categorical',
    categories: categories.map(({ category }) => category),
    truncated,
    singletons,
  }
}

export interface Derived {
  binning: NumericBinning
  /** What the bins were derived from. */
  summary: NumericSummary
}

/** Derives the bins of numeric columns, in order. */
export async function deriveNumeric(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly string[],
): Promise<Derived[]> {
  const request = { maxValues: MAX_BINNED_VALUES, parts: QUANTILES, minShare: POINT_SHARE }
  const summaries = await numericSummaries(client, source, columns, request)
  const derived: Derived[] = []
  for (const [i, summary] of summaries.entries()) {
    const { values, mean } = summary
    const binning = values
      ? binningByValue(pointsOf(values), mean)
      : await binningByQuantile(client, source.from([columns[i]]), columns[i], summary)
    derived.push({ binning, summary })
  }
  return derived
}

async function binningByQuantile(
  client: ClickHouseClient,
  from: string,
  source: string,
  { n, mean, valueAt: found, frequent }: NumericSummary,
): Promise<NumericBinning> {
  const known = new Map(found)
  const valueAt = (rank: number) => known.get(rank)!
  const quantiles = quantilesOf(n, valueAt)
  const candidates = new Set(quantiles.map((value) => value + 0))
  const points = pointsOf(
    await frequentAmong(client, from, source, frequent.filter((value) => candidates.has(value)), n * POINT_SHARE), // prettier-ignore
  )
  const heavy = heavyPoints(points, n)
  const below = await rowsBelow(
    client,
    from,
    source,
    heavy.map((point) => point.from),
  )
  const atoms = heavy.map((point, i): Atom => ({ ...point, below: below[i] }))
  const sorted = { n, valueAt, atoms }
  const needed = [amongAll(0, atoms), ...restPositions(sorted).flatMap(({ rank, next }) => [rank, next])]
  const unknown = [...new Set(needed)].filter((rank) => !known.has(rank))
  if (unknown.length > 0)
    for (const [rank, value] of await valuesAtRanks(client, from, source, unknown)) known.set(rank, value)
  let groups = groupsByEdge(sorted)
  const least = undividedFrom(groups, sorted)
  if (least !== undefined) groups = cutAt(groups, await leastAbove(client, from, source, least, atoms))
  const range = [float32Interval(quantiles[0]).from, float32Interval(quantiles[QUANTILES]).to]
  return numericBinning(points, [...range, ...quantiles.slice(1, -1)], groups, mean)
}
