/** Has a model become worse than it was on its baseline? */
import { twoProportion, type ProportionTest } from '../../statistics/two-proportion.ts'

export interface AccuracyDrop extends ProportionTest {
  /** Baseline's accuracy less the window's, in [-1, 1]; negative when the model has become better. */
  absolute: number
  /** That, as a share of the baseline's accuracy; `undefined` where that is 0. */
  relative: number | undefined
}

/**
 * One-sided pooled two-proportion z-test against "the accuracy in the window is no lower than in the baseline"; other
 * metrics than shares of rows have no such test. A p below the level says that the drop is no accident, not that it
 * matters: look at its size too.
 * @param correctB, correctC rows predicted right, at most `nB` and `nC`
 * @returns `undefined` when a side is empty
 */
export function accuracyDrop(
  correctB: number,
  nB: number,
  correctC: number,
  nC: number,
): AccuracyDrop | undefined {
  const test = twoProportion(correctB, nB, correctC, nC, 'greater')
  if (!test) return undefined
  const before = correctB / nB
  const absolute = before - correctC / nC
  return { ...test, absolute, relative: before > 0 ? absolute / before : undefined }
}

/** `(window - baseline) / |baseline|`, of a metric of any kind; `undefined` where the baseline has 0. */
export function relativeChange(baseline: number, window: number): number | undefined {
  return baseline === 0 ? undefined : (window - baseline) / Math.abs(baseline)
}

/**
 * Does the metric differ from the baseline's by more than the tolerated share of it, `|window - baseline| >
 * tolerance |baseline|`? As Evidently's tests have it (0.2 for classification, 0.1 for regression), an improvement by
 * that much counts too, and no number of rows is too small: prefer {@link accuracyDrop} for alerts.
 * @param tolerance at least 0
 */
export function exceedsTolerance(baseline: number, window: number, tolerance: number): boolean {
  return Math.abs(window - baseline) > tolerance * Math.abs(baseline)
}
