import type { ClickHouseClient } from '@clickhouse/client'
import {
  LOWEST_EDGE,
  nextDouble,
  type CategoricalBinning,
  type ColumnBinning,
  type NumericBinning,
  type NumericGroups,
} from '../store/binning.ts'
import { categoricalSummary, frequentAmong, numericSummary, valuesAtRanks } from '../store/column-queries.ts'
import type { Column } from '../store/model.ts'

/** A column with more distinct values than this is binned by quantiles, else by value. */
export const MAX_BINNED_VALUES = 125
/** With more distinct values than this, PSI groups a column by deciles, else by value. */
export const MAX_GROUPED_VALUES = 20
export const QUANTILES = 250
export const MAX_CATEGORIES = 1000
/** A quantile that is itself a value of at least this share of the rows gets a bin of its own. */
const ATOM_SHARE = 1 / 500

/** Derives the bins of a column from the rows of `from`, a table expression that has `column.source`. */
export async function deriveBinning(
  client: ClickHouseClient,
  from: string,
  column: Pick<Column, 'kind' | 'source'>,
): Promise<ColumnBinning> {
  return column.kind === 'numeric'
    ? deriveNumeric(client, from, column.source)
    : deriveCategorical(client, from, column.source)
}

async function deriveCategorical(
  client: ClickHouseClient,
  from: string,
  source: string,
): Promise<CategoricalBinning> {
  return { kind: 'categorical', ...(await categoricalSummary(client, from, source, MAX_CATEGORIES)) }
}

async function deriveNumeric(
  client: ClickHouseClient,
  from: string,
  source: string,
): Promise<NumericBinning> {
  const { n, mean, values } = await numericSummary(client, from, source, MAX_BINNED_VALUES)
  if (n === 0) return numericBinning([], [], { by: 'value', values: [] }, 0)
  const quantiles = await quantileSeries(client, from, source, n)
  const groups = numericGroups(values, quantiles)
  if (values !== undefined) return numericBinning(values, decilesOf(quantiles), groups, mean)
  const atoms = await frequentAmong(client, from, source, distinct(quantiles), n * ATOM_SHARE)
  const edges = [...quantiles.slice(0, -1), nextDouble(quantiles[QUANTILES])]
  return numericBinning(atoms, edges, groups, mean)
}

/**
 * PSI's groups of a numeric column.
 * @param values its distinct values; undefined when there are too many to list, and so to group by
 * @param quantiles as {@link quantilesOf} gives them
 */
export function numericGroups(
  values: readonly number[] | undefined,
  quantiles: readonly number[],
): NumericGroups {
  return values !== undefined && values.length <= MAX_GROUPED_VALUES
    ? { by: 'value', values }
    : { by: 'edge', edges: distinct(decilesOf(quantiles)) }
}

function decilesOf(quantiles: readonly number[]): number[] {
  return quantiles.filter((_, i) => i % (QUANTILES / 10) === 0).slice(1, -1)
}

/**
 * Assembles a numeric binning: each of `points` becomes a bin of its own, between the next smaller edge and
 * the next double above it; `cuts` are edges besides.
 */
export function numericBinning(
  points: readonly number[],
  cuts: readonly number[],
  groups: NumericGroups,
  centre: number,
): NumericBinning {
  const edges = [LOWEST_EDGE, ...points.flatMap((point) => [point, nextDouble(point)]), ...cuts]
  return { kind: 'numeric', edges: distinct(edges.filter(Number.isFinite)), groups, centre }
}

function distinct(values: readonly number[]): number[] {
  // Adding zero turns -0 into 0, which are the same value and must be the same edge.
  return [...new Set(values.map((value) => value + 0))].sort((a, b) => a - b)
}

async function quantileSeries(
  client: ClickHouseClient,
  from: string,
  source: string,
  n: number,
): Promise<number[]> {
  const ranks = quantilePositions(n).flatMap((position) => [Math.floor(position), Math.ceil(position)])
  const values = await valuesAtRanks(client, from, source, [...new Set(ranks)])
  return quantilesOf(n, (rank) => values.get(rank)!)
}

const quantilePositions = (n: number) =>
  Array.from({ length: QUANTILES + 1 }, (_, i) => ((n - 1) * i) / QUANTILES)

/**
 * The quantiles at 0, 1/250, …, 1 of n values by linear interpolation of order statistics (Hyndman and Fan's
 * type 7). `valueAt` gives the value at a rank, from 0, of the sorted values.
 */
export function quantilesOf(n: number, valueAt: (rank: number) => number): number[] {
  return quantilePositions(n).map((position) => {
    const rank = Math.floor(position)
    return interpolate(valueAt(rank), valueAt(Math.ceil(position)), position - rank)
  })
}

/** Linear interpolation that is exact at both ends and cannot overflow. */
function interpolate(a: number, b: number, t: number): number {
  const step = b - a
  if (!Number.isFinite(step)) return a * (1 - t) + b * t
  return t < 0.5 ? a + step * t : b - step * (1 - t)
}
