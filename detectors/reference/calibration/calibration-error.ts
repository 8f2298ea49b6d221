import { mean, sum } from 'simple-statistics'

/**
 * Expected calibration error, in [0, 1]: over bins of sorted scores the mean of `|mean score - share of positives|`,
 * weighted by rows. Naeini, Cooper and Hauskrecht (2015), there with bins of equal width; with bins of equal count, as
 * here and in NannyML, no bin stands on a handful of rows.
 *
 * It is never below 0, so that noise makes it positive: about `sqrt(2 p (1 - p) bins / (pi n))` with perfect scores. Rows
 * of one score at a border are divided in the order that they come in.
 * @param scores probability of the positive class
 * @param labels 1 positive, 0 negative; one a row, in the order of the scores
 * @param bins as {@link equalCountBins} takes them
 * @returns `undefined` where there are too few rows for {@link equalCountBins}
 */
export function calibrationError(
  scores: readonly number[],
  labels: readonly number[],
  bins = 10,
): number | undefined {
  const rows = scores.map((score, row) => ({ score, label: labels[row] })).sort((a, b) => a.score - b.score)
  const errors = equalCountBins(rows.length, bins)?.map(([start, end]) => {
    const bin = rows.slice(start, end)
    const error = mean(bin.map(({ score }) => score)) - mean(bin.map(({ label }) => label))
    return (bin.length / rows.length) * Math.abs(error)
  })
  return errors && sum(errors)
}

/**
 * Divides `rows` sorted rows into bins of `floor(rows / bins)`, as `[start, end)`; the last one takes what is left.
 *
 * As in NannyML: where a bin would have at most two rows there are `floor(rows / 2)` bins instead; and where what is
 * left would fill a bin, there are more bins than asked for (8 rows in 3 bins: four of two).
 * @param bins at least 1
 * @returns `undefined` where not even two bins of two rows can be filled, which is an error in NannyML
 */
export function equalCountBins(rows: number, bins: number): [start: number, end: number][] | undefined {
  if (rows <= 2 * bins && rows < 4) return undefined
  const wanted = rows <= 2 * bins ? Math.floor(rows / 2) : bins
  const width = Math.floor(rows / wanted)
  const count = Math.floor(rows / width)
  return Array.from({ length: count }, (_, i) => [i * width, i + 1 < count ? (i + 1) * width : rows])
}
