import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf, type Grade } from './decide.ts'

/** A share of rows on both sides, in [0, 1], and the p-value of its change. */
export interface RateChange {
  baseline: number
  window: number
  pValue: number
}

/** Shares are quotients of counts: 0.25 - 0.2 must count as 0.05. */
const ROUNDING = 1e-12

/** How grave a change of a share by so many points is: nothing unless significant at level `alpha`. */
export function rateGrade(points: number, pValue: number, alpha: number, thresholds: Thresholds): Grade {
  return pValue < alpha ? gradeOf(points + ROUNDING, thresholds) : 'ok'
}
