import type { Thresholds } from '../../domain/thresholds.ts'
import { likelihoodRoot } from '../statistics/likelihood-root.ts'
import { normalSf } from '../statistics/tails.ts'
import { twoProportion } from '../statistics/two-proportion.ts'
import type { Grade } from '../verdict/decide.ts'
import { rateGrade } from '../verdict/rate-change.ts'

/** Rows with a fault among all rows of a side. */
interface Affected {
  rows: number
  n: number
}

/** A share that is within so many standard errors of a threshold may well have reached it. */
const STANDARD_ERRORS = 2

/** How probable it is that a share is as far above the baseline's by chance, one-sided; 1 where a side has no rows. */
export function risePValue(baseline: Affected, window: Affected): number {
  const test = twoProportion(baseline.rows, baseline.n, window.rows, window.n, 'less')
  if (test === undefined || test.z >= 0) return 1
  // The z of few rows is far too large in the tail.
  return normalSf(Math.min(-test.z, likelihoodRoot(baseline.rows, baseline.n, window.rows, window.n)))
}

/**
 * How grave a share is that is `excess` above what was expected: nothing where chance explains it. A warning does not
 * wait until the share of the sample happens to lie above the threshold: whoever is at it would be found half of the time.
 */
export function excessGrade(
  excess: number,
  { share, n, pValue }: { share: number; n: number; pValue: number },
  alpha: number,
  thresholds: Thresholds,
): Grade {
  const grade = rateGrade(excess, pValue, alpha, thresholds)
  if (grade !== 'ok' || !(pValue < alpha)) return grade
  const error = Math.sqrt((share * (1 - share)) / n)
  return excess + STANDARD_ERRORS * error >= thresholds.warning ? 'warning' : 'ok'
}
