import type { ClickHouseClient } from '@clickhouse/client'
import {
  cellValues,
  LOWEST_EDGE,
  type CategoricalBinning,
  type ColumnBinning,
  type NumericBinning,
  type NumericGroups,
} from '../../store/profiles/binning.ts'
import {
  categoricalSummary,
  frequentAmong,
  leastAbove,
  numericSummary,
  rowsBelow,
  valuesAtRanks,
} from '../../store/profiles/column-queries.ts'
import { float32Interval } from '../../store/profiles/float32.ts'
import type { Column } from '../../control/declared/model.ts'
import { pointsOf, type Point } from './points.ts'
import {
  amongAll,
  cutAt,
  distinct,
  groupsByEdge,
  heavyPoints,
  interpolate,
  MAX_GROUPED_VALUES,
  restPositions,
  sortedValues,
  undividedFrom,
  type Atom,
} from './psi-groups.ts'

/** A column with more distinct values than this is binned by quantiles, else by value. */
export const MAX_BINNED_VALUES = 125
export const QUANTILES = 250
export const MAX_CATEGORIES = 1000
/** A quantile that is itself a value of at least this share of the rows gets a bin of its own. */
const POINT_SHARE = 1 / 500

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
  if (values) return binningByValue(pointsOf(await frequentAmong(client, from, source, values, 1)), mean)

  const known = new Map<number, number>()
  const valueAt = (rank: number) => known.get(rank)!
  const learn = async (ranks: readonly number[]) => {
    const unknown = [...new Set(ranks)].filter((rank) => !known.has(rank))
    if (unknown.length === 0) return
    for (const [rank, value] of await valuesAtRanks(client, from, source, unknown)) known.set(rank, value)
  }
  await learn(quantilePositions(n).flatMap((position) => [Math.floor(position), Math.ceil(position)]))
  const quantiles = quantilesOf(n, valueAt)
  const points = pointsOf(await frequentAmong(client, from, source, distinct(quantiles), n * POINT_SHARE))
  const heavy = heavyPoints(points, n)
  const below = await rowsBelow(
    client,
    from,
    source,
    heavy.map((point) => point.from),
  )
  const atoms = heavy.map((point, i): Atom => ({ ...point, below: below[i] }))
  const sorted = { n, valueAt, atoms }
  await learn([amongAll(0, atoms), ...restPositions(sorted).flatMap(({ rank, next }) => [rank, next])])
  let groups = groupsByEdge(sorted)
  const least = undividedFrom(groups, sorted)
  if (least !== undefined) groups = cutAt(groups, await leastAbove(client, from, source, least, atoms))
  const range = [float32Interval(quantiles[0]).from, float32Interval(quantiles[QUANTILES]).to]
  return numericBinning(points, [...range, ...quantiles.slice(1, -1)], groups, mean)
}

/** Bins of a column of which every value is known with its rows; each value is a bin of its own. */
export function binningByValue(points: readonly Point[], centre: number): NumericBinning {
  return numericBinning(points, [], groupsOfPoints(points), centre)
}

/** PSI's groups of a column of which every value is known with its rows. */
export function groupsOfPoints(points: readonly Point[]): NumericGroups {
  if (points.length <= MAX_GROUPED_VALUES) return { by: 'value', values: points.map(({ value }) => value) }
  const sorted = sortedValues(points)
  const groups = groupsByEdge(sorted)
  const least = undividedFrom(groups, sorted)
  if (least === undefined) return groups
  const isAtom = (value: number) => sorted.atoms.some((atom) => atom.value === value)
  return cutAt(groups, points.find(({ value }) => value > least && !isAtom(value))!.value)
}

/**
 * Assembles a numeric binning. Each point becomes a bin of its own, which no edge divides; the edges of the groups and
 * `cuts` are edges besides.
 */
function numericBinning(
  points: readonly Point[],
  cuts: readonly number[],
  groups: NumericGroups,
  centre: number,
): NumericBinning {
  const edges = [LOWEST_EDGE, ...points.flatMap(({ from, to }) => [from, to])]
  const values = points.map(({ value }) => value)
  const whole = { kind: 'numeric' as const, edges: distinct(edges.filter(Number.isFinite)), points: values }
  return withCuts({ ...whole, groups, centre }, [...cuts, ...(groups.by === 'edge' ? groups.edges : [])])
}

/** The binning with further edges, where they do not divide the bin of a single value. */
export function withCuts(binning: NumericBinning, cuts: readonly number[]): NumericBinning {
  const { edges } = binning
  const single = cellValues(binning)
  const divides = (cut: number) => single[edges.findLastIndex((edge) => edge <= cut)] !== undefined
  return {
    ...binning,
    edges: distinct([...edges, ...cuts.filter((cut) => Number.isFinite(cut) && !divides(cut))]),
  }
}

const quantilePositions = (n: number) =>
  Array.from({ length: QUANTILES + 1 }, (_, i) => ((n - 1) * i) / QUANTILES)

/**
 * The quantiles at 0, 1/250, …, 1 of n values by linear interpolation of order statistics (Hyndman and Fan's
 * type 7). `valueAt` gives the value at a rank, from 0, of the sorted values.
 */
function quantilesOf(n: number, valueAt: (rank: number) => number): number[] {
  return quantilePositions(n).map((position) => {
    const rank = Math.floor(position)
    return interpolate(valueAt(rank), valueAt(Math.ceil(position)), position - rank)
  })
}
