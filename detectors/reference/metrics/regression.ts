/** Metrics of number predictions. `actual` and `predicted` have one number a row, in the same order. */
import { mean, sum } from 'simple-statistics'

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
  return actual.length > 0
    ? Math.sqrt(mean(actual.map((label, row) => (predicted[row] - label) ** 2)))
    : undefined
}

/**
 * Coefficient of determination, `1 - sum (predicted - actual)² / sum (actual - mean)²`: 1 at best, 0 for predicting the
 * mean, without a lower limit.
 * @returns `undefined` when all labels are one number (or none); scikit-learn then says 1 or 0
 */
export function rSquared(actual: readonly number[], predicted: readonly number[]): number | undefined {
  if (new Set(actual).size < 2) return undefined
  const centre = mean([...actual])
  const unexplained = sum(actual.map((label, row) => (predicted[row] - label) ** 2))
  return 1 - unexplained / sum(actual.map((label) => (label - centre) ** 2))
}
