import { spreadOfValues } from '../../statistics/spread.ts'

/**
 * Standard error of a metric that is a mean over rows (accuracy, mean absolute error, log loss) in a window of `rows`
 * rows, as expected from the baseline: `deviation / sqrt(rows)`, with the population standard deviation of what each
 * row contributes. In the unit of the metric. Chance alone moves the metric by less than three of these, mostly.
 * As NannyML has it; Student's form would divide by n - 1, which differs by less than any use of it can tell.
 * @param values distinct contributions of rows of the baseline; of the accuracy 0 and 1
 * @param counts rows of the baseline with each
 * @returns `undefined` when the baseline or the window is empty
 */
export function samplingError(
  values: readonly number[],
  counts: readonly number[],
  rows: number,
): number | undefined {
  const deviation = spreadOfValues(values, counts)
  return deviation !== undefined && rows > 0 ? deviation / Math.sqrt(rows) : undefined
}
