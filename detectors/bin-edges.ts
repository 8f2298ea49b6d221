/** Edges of histogram bins by the usual rules, for reproducing what other tools count; our own bins are in `ingest`. */
import { max, mean, min, standardDeviation } from 'simple-statistics'

export type BinRule = 'doane' | 'sturges'

/**
 * Edges of bins of equal width from the least to the largest value, as `numpy.histogram_bin_edges` has them:
 * `ceil(range / width)` bins, where `width` is
 * - `sturges` (1926): range / (log2 n + 1), for values that are about normal;
 * - `doane` (1976): range / (1 + log2 n + log2(1 + |g| / s)), with g the skewness and `s² = 6 (n - 2) / ((n + 1)(n + 3))`,
 *   for skewed ones. With up to 2 values there is one bin.
 *
 * Where all values are one there is one bin, half a unit to either side. numpy 2 makes no bin of integers narrower than
 * 1; here integers are like all numbers, as in NannyML.
 * @param values finite numbers
 * @returns one edge more than there are bins, in the unit of the values; `undefined` without values
 */
export function equalWidthEdges(values: readonly number[], rule: BinRule): number[] | undefined {
  if (values.length === 0) return undefined
  const [first, last] = [min([...values]), max([...values])]
  if (first === last) return [first - 0.5, last + 0.5]
  const range = last - first
  const bins = Math.ceil(
    range / (rule === 'sturges' ? sturgesWidth(values, range) : doaneWidth(values, range)),
  )
  return Array.from({ length: bins + 1 }, (_, i) => (i < bins ? first + i * (range / bins) : last))
}

function sturgesWidth(values: readonly number[], range: number): number {
  return range / (Math.log2(values.length) + 1)
}

function doaneWidth(values: readonly number[], range: number): number {
  const n = values.length
  if (n <= 2) return range
  const centre = mean([...values])
  const deviation = standardDeviation([...values])
  const skewness = mean(values.map((value) => ((value - centre) / deviation) ** 3))
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  return range / (1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread))
}

/**
 * Inner edges of bins that hold about as many values each: the quantiles at 1/bins, 2/bins, … (Hyndman and Fan's type 7,
 * numpy's `linear`), equal ones once.
 * @param values finite numbers
 * @param bins at least 1
 * @returns at most `bins - 1` edges, in the unit of the values; `undefined` without values
 */
export function quantileEdges(values: readonly number[], bins: number): number[] | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((x, y) => x - y)
  const quantiles = Array.from({ length: bins - 1 }, (_, i) => {
    const position = ((sorted.length - 1) * (i + 1)) / bins
    const below = Math.floor(position)
    const step = sorted[Math.ceil(position)] - sorted[below]
    return sorted[below] + step * (position - below)
  })
  return [...new Set(quantiles)]
}
