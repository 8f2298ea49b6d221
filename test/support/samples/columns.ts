import {
  LOWEST_EDGE,
  nextDouble,
  type CategoricalBinning,
  type NumericBinning,
} from '../../../store/profiles/binning.ts'
import { groupsOfPoints } from '../../../ingest/baseline/binning.ts'
import { pointsOf } from '../../../ingest/baseline/points.ts'
import type { ColumnInput } from '../../../detectors/verdict/column-input.ts'

export type Value<T> = T | null

/** A categorical column from `[baseline rows, window rows]` a category; baseline 0 means unseen. */
export function categorical(
  rows: Record<string, readonly [number, number]>,
  {
    missing = [0, 0],
    truncated = false,
    rest = [0, 0],
  }: Partial<Record<'missing' | 'rest', readonly [number, number]>> & { truncated?: boolean } = {},
): ColumnInput<CategoricalBinning> {
  const categories = Object.keys(rows)
  const side = (i: 0 | 1) => ({
    counts: [missing[i], ...categories.map((category) => rows[category][i]), rest[i]],
    sums: [],
    squares: 0,
  })
  const singletons = Object.values(rows).filter(([b]) => b === 1).length
  return {
    binning: { kind: 'categorical', categories, truncated, singletons },
    baseline: side(0),
    window: side(1),
  }
}

/** A numeric column binned as a baseline is: a cell a value up to 125 distinct ones, else 250 quantiles. */
export function numeric(
  baseline: readonly Value<number>[],
  window: readonly Value<number>[],
): ColumnInput<NumericBinning> {
  const sorted = present(baseline).sort((x, y) => x - y)
  const distinct = [...new Set(sorted)]
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  const quantiles = (n: number) => Array.from({ length: n - 1 }, (_, i) => at((i + 1) / n))
  const counted = new Map<number, number>()
  for (const value of sorted) counted.set(value, (counted.get(value) ?? 0) + 1)
  const frequent = [...counted].flatMap(([value, rows]) =>
    500 * rows >= sorted.length ? [value, nextDouble(value)] : [],
  )
  const inner =
    distinct.length <= 125
      ? distinct.flatMap((value) => [value, nextDouble(value)])
      : [sorted[0], ...quantiles(250), ...frequent, nextDouble(sorted.at(-1)!)]
  const groups = groupsOfPoints(pointsOf([...counted].map(([value, rows]) => ({ value, rows }))))
  const cuts = groups.by === 'edge' ? groups.edges : []
  const edges = ascending([LOWEST_EDGE, ...inner, ...cuts])
  return column({ kind: 'numeric', edges, groups, centre: mean(sorted) }, baseline, window)
}

/** The same as `compare` bins small files: a cell a distinct value of both sides. */
export function exactNumeric(
  baseline: readonly Value<number>[],
  window: readonly Value<number>[],
): ColumnInput<NumericBinning> {
  const { binning } = numeric(baseline, window)
  const edges = ascending([LOWEST_EDGE, ...present(baseline), ...present(window)])
  return column({ ...binning, edges, exact: true }, baseline, window)
}

function column(
  binning: NumericBinning,
  baseline: readonly Value<number>[],
  window: readonly Value<number>[],
): ColumnInput<NumericBinning> {
  const profile = (values: readonly Value<number>[]) => {
    const counts = new Array<number>(binning.edges.length + 1).fill(0)
    const sums = [...counts]
    let squares = 0
    for (const value of values) {
      const slot =
        value === null || !Number.isFinite(value)
          ? 0
          : binning.edges.findLastIndex((edge) => edge <= value) + 1
      counts[slot]++
      if (slot === 0) continue
      const offset = value! - binning.centre
      sums[slot] += offset
      squares += offset * offset
    }
    return { counts, sums, squares }
  }
  return { binning, baseline: profile(baseline), window: profile(window) }
}

function present(values: readonly Value<number>[]): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value))
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].filter(Number.isFinite).sort((x, y) => x - y)
}

function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0
}

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Numbers of the standard normal distribution, by Box and Muller. */
export function normals(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
