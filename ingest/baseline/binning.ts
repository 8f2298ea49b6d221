import {
  cellValues,
  LOWEST_EDGE,
  type NumericBinning,
  type NumericGroups,
} from '../../store/profiles/binning.ts'
import type { Point } from './points.ts'
import {
  cutAt,
  distinct,
  groupsByEdge,
  interpolate,
  MAX_GROUPED_VALUES,
  sortedValues,
  undividedFrom,
} from './psi-groups.ts'

export const QUANTILES = 250

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
export function numericBinning(
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

export const quantilePositions = (n: number) =>
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
