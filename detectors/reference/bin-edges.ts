/** Edges of histogram bins by the usual rules, for reproducing what other tools count; our own bins are in `ingest`. */
import { max, mean, min, standardDeviation } from 'simple-statistics'
import { powerOfTwo } from '../statistics/spread.ts'

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
  // Scaled, so that nothing is lost in a square of the smallest doubles.
  const scale = powerOfTwo(values)
  const range = (last - first) / scale
  const wanted =
    rule === 'sturges' ? Math.log2(values.length) + 1 : doane(values.map((value) => value / scale))
  // By way of the width, as numpy does: where the number is whole, rounding may make it one more.
  const bins = Math.ceil(range / (range / wanted))
  return Array.from({ length: bins + 1 }, (_, i) => (i < bins ? first + i * ((last - first) / bins) : last))
}

/** Range over width, by the skewness of the values. */
function doane(values: readonly number[]): number {
  const n = values.length
  if (n <= 2) return 1
  const centre = mean([...values])
  const deviation = standardDeviation([...values])
  const skewness = mean(values.map((value) => ((value - centre) / deviation) ** 3))
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  return 1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread)
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
