/** The binnings that the golden cases name, each giving counts over the same bins for both sides. */
import { columnsOf, type Column, type GoldenCase, type Side } from './case.ts'

export interface Binned {
  b: number[]
  c: number[]
  /** What the bins are, under the names of the golden file. */
  keys?: (number | string)[]
  inner_edges?: number[]
}

export function bin(golden: GoldenCase): Binned {
  const binning = golden.params.binning ?? { kind: 'exact_values' }
  const columns = columnsOf(golden)
  if (!columns) {
    const [b, c] = [golden.reference, golden.current].map(
      (side) => (side as Side).bin_counts ?? (side as Side).weights,
    )
    if (!b || !c || !String(binning.kind).startsWith('precomputed'))
      throw new Error(`no counts in ${golden.id}`)
    return { b, c }
  }
  const { reference, current } = columns
  switch (binning.kind) {
    case 'exact_values':
      return byValue(reference, current)
    case 'quantile':
      return byQuantile(numbers(reference), numbers(current), binning.bins)
    case 'fixed':
    case 'doane':
    case 'sturges':
      return byEdges(numbers(reference), numbers(current), binning.edges, 'overflow' in binning)
    default:
      throw new Error(`unknown binning ${JSON.stringify(binning)}`)
  }
}

/** One cell a distinct value of either side, in ascending order. */
export function byValue(reference: Column, current: Column): Binned & { keys: (number | string)[] } {
  const keys: (number | string)[] = [...new Set<number | string>([...reference, ...current])].sort(ascending)
  const index = new Map(keys.map((key, i) => [key, i]))
  const count = (column: Column) =>
    countBy(column, keys.length, (value: number | string) => index.get(value) ?? -1)
  return { b: count(reference), c: count(current), keys }
}

/** Quantiles of the reference, equal ones merged; bins `(a, b]`, the outer ones open. */
function byQuantile(reference: number[], current: number[], bins: number): Binned {
  const sorted = reference.toSorted((x, y) => x - y)
  const quantiles = Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins))
  const inner = [...new Set(quantiles)]
  const binOf = (value: number) => {
    const found = inner.findIndex((edge) => value <= edge)
    return found < 0 ? inner.length : found
  }
  return {
    b: countBy(reference, inner.length + 1, binOf),
    c: countBy(current, inner.length + 1, binOf),
    inner_edges: inner,
  }
}

/** Bins `[a, b)`, the last one closed above as well; what lies outside shares one more bin, where there is one. */
function byEdges(reference: number[], current: number[], edges: number[], overflow: boolean): Binned {
  const last = edges.length - 2
  const binOf = (value: number) => {
    if (value === edges.at(-1)) return last
    const above = edges.findIndex((edge) => value < edge)
    if (above > 0) return above - 1
    if (overflow) return last + 1
    throw new Error(`${value} lies outside the bins`)
  }
  const size = overflow ? last + 2 : last + 1
  return { b: countBy(reference, size, binOf), c: countBy(current, size, binOf) }
}

/** Hyndman and Fan's (1996) type 7, as numpy's `linear` and ClickHouse's `quantileExactInclusive`. */
function quantile(sorted: number[], level: number): number {
  const position = (sorted.length - 1) * level
  const below = Math.floor(position)
  const low = sorted[below]
  const high = sorted[Math.min(below + 1, sorted.length - 1)]
  return low + (high - low) * (position - below)
}

function countBy<T>(values: readonly T[], size: number, binOf: (value: T) => number): number[] {
  const counts = Array<number>(size).fill(0)
  for (const value of values) counts[binOf(value)] += 1
  return counts
}

function ascending(x: number | string, y: number | string): number {
  return x < y ? -1 : x > y ? 1 : 0
}

export function numbers(column: Column): number[] {
  if (column.some((value) => typeof value === 'string')) throw new Error('categories where numbers belong')
  return column as number[]
}
