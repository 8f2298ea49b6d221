/** Metrics of number predictions. `actual` and `predicted` have one number a row, in the same order. */
import { mean, sum } from 'simple-statistics'
import { powerOfTwo } from '../../statistics/spread.ts'

/** Mean of `|predicted - actual|`, at least 0, in the unit of the label; `undefined` without rows. */
export function meanAbsoluteError(
  actual: readonly number[],
  predicted: readonly number[],
): number | undefined {
  return actual.length > 0 ? mean(actual.map((label, row) => Math.abs(predicted[row] - label))) : undefined
}

/** Root of the mean of `(predicted - actual)²`, at least 0, in the unit of the label; `undefined` without rows. */
export function rootMeanSquaredError(
  actual: readonly number[],
  predicted: readonly number[],
): number | undefined {
  if (actual.length === 0) return undefined
  const errors = differences(actual, predicted)
  const scale = powerOfTwo(errors)
  return Math.sqrt(squares(errors, scale) / errors.length) * scale
}

/**
 * Coefficient of determination, `1 - sum (predicted - actual)² / sum (actual - mean)²`: 1 at best, 0 for predicting the
 * mean, without a lower limit.
 * @returns `undefined` when all labels are one number (or none); scikit-learn then says 1 or 0
 */
export function rSquared(actual: readonly number[], predicted: readonly number[]): number | undefined {
  if (new Set(actual).size < 2) return undefined
  const centre = mean([...actual])
  const deviations = actual.map((label) => label - centre)
  const scale = powerOfTwo(deviations)
  return 1 - squares(differences(actual, predicted), scale) / squares(deviations, scale)
}

const differences = (actual: readonly number[], predicted: readonly number[]) =>
  actual.map((label, row) => predicted[row] - label)

/** The sum of squares in units of `scale`²: unscaled, the square of 1e-200 is 0, and that of 1e200 infinite. */
const squares = (values: readonly number[], scale: number) => sum(values.map((value) => (value / scale) ** 2))
