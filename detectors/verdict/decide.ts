import type { Severity } from '../../domain/severity.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { DAY_MS } from '../../domain/time.ts'
import { effectiveRows, totals } from '../statistics/counts.ts'
import { pearson } from '../statistics/pearson.ts'
import { psi } from '../statistics/psi.ts'
import { chiSquareIsf } from '../statistics/tails.ts'

/** How far an effect reaches: below both thresholds, or the gravest that it meets. */
export type Grade = 'ok' | Severity

/** What a deciding rule says of one column, with all that its chart needs. */
export interface ColumnDecision {
  /** On the scale of the rule's thresholds. */
  effect: number
  /** The smallest effect that these numbers of rows tell from chance; absent where the effect is measured by chance. */
  noiseFloor?: number
  grade: Grade
}

/** The default rule on one column's (pooled) groups. */
export interface PsiDecision extends ColumnDecision {
  /** PSI freed of its noise, `PSI - (K - 1) / n_eff`; may be negative. */
  effect: number
  noiseFloor: number
  /** Pearson's X² on the same groups, and its degrees of freedom K - 1 over the groups with rows. */
  statistic: number
  df: number
}

const PERIOD_DAYS = 90
/** Dependent tests in place of one: hourly sliding windows that alert at 2 breaches of 3. Found by simulation. */
const SLIDING_FACTOR = 8

/**
 * The level alpha of one test of a monitor, `(window / 90 d) · B / (8 F)`.
 * @param windowMs the configured window, also when a window was extended
 * @param falseAlarms B, the user's budget of false alarms per 90 days for the whole monitor
 * @param tests F, every test of the monitor's run: columns × segments, missing, unseen, concept, performance
 */
export function level(windowMs: number, falseAlarms: number, tests: number): number {
  const alpha = ((windowMs / DAY_MS / PERIOD_DAYS) * falseAlarms) / (SLIDING_FACTOR * Math.max(tests, 1))
  return Math.min(alpha, 1)
}

/**
 * Whether a column drifts: its groups differ significantly (Pearson at level `alpha`) and by an effect that
 * matters. A significant change may be tiny, and a large PSI may be chance; both together hold, by simulation.
 * Undefined when a side has no rows.
 */
export function decide(
  baseline: readonly number[],
  window: readonly number[],
  alpha: number,
  thresholds: Thresholds,
): PsiDecision | undefined {
  const n = totals(baseline, window)
  const test = pearson(baseline, window)
  const value = psi(baseline, window)
  if (!n || !test || value === undefined) return undefined
  const rows = effectiveRows(n)
  const { statistic, df } = test
  const needed = df === 0 ? 0 : chiSquareIsf(alpha, df)
  const effect = value - df / rows
  return {
    effect,
    noiseFloor: (needed - df) / rows,
    statistic,
    df,
    grade: df > 0 && statistic >= needed ? gradeOf(effect, thresholds) : 'ok',
  }
}

/** The threshold that an effect reaches. */
export function gradeOf(effect: number, { warning, critical }: Thresholds): Grade {
  if (effect >= critical) return 'critical'
  return effect >= warning ? 'warning' : 'ok'
}
