import { mean, sampleVariance } from 'simple-statistics'
import { studentTwoSided } from './student-t.ts'

export interface TTest {
  /** Standardised difference, positive when the baseline's mean is the larger. */
  t: number
  /** Degrees of freedom: whole for Student's test, mostly not for Welch's. */
  df: number
  pValue: number
}

/**
 * Is the mean the same on both sides? Two-sided, of values that are roughly normal, or many.
 *
 * Welch's test (1947) unless `equalVariances`, then Student's pooled one, which is what SciPy and Evidently take: it says
 * drift too often when the smaller side varies more. Sees means only, where Kolmogorov–Smirnov sees any change.
 * Where neither side varies: t 0 and p 1 for equal means, else ±Infinity and 0.
 * @returns `undefined` with fewer than 2 values on a side
 */
export function tTest(
  baseline: readonly number[],
  window: readonly number[],
  { equalVariances = false } = {},
): TTest | undefined {
  const [nB, nC] = [baseline.length, window.length]
  if (nB < 2 || nC < 2) return undefined
  const difference = mean([...baseline]) - mean([...window])
  const [varianceB, varianceC] = [sampleVariance([...baseline]), sampleVariance([...window])]
  const pooled = ((nB - 1) * varianceB + (nC - 1) * varianceC) / (nB + nC - 2)
  const [partB, partC] = equalVariances ? [pooled / nB, pooled / nC] : [varianceB / nB, varianceC / nC]
  const variance = partB + partC
  const shareB = partB / variance
  const df =
    equalVariances || variance === 0
      ? nB + nC - 2
      : 1 / (shareB ** 2 / (nB - 1) + (1 - shareB) ** 2 / (nC - 1))
  const t = difference === 0 ? 0 : difference / Math.sqrt(variance)
  return { t, df, pValue: studentTwoSided(t, df) }
}
