import type { LossSums } from '../../store/labelled/loss-sums.ts'
import type { Task } from '../../control/declared/model.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf } from '../verdict/decide.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { normalIsf, normalSf } from '../statistics/tails.ts'
import { twoProportion } from '../statistics/two-proportion.ts'
import { meanVariance } from './interval.ts'

export interface PerformanceRule {
  /** Level of the test, in (0, 1): see `level`. */
  alpha: number
  /** For the relative loss. */
  thresholds: Thresholds
  /** Fewer labelled rows than this on either side give no verdict. */
  minRows: number
}

/**
 * `empty`, `too_few_rows`, `too_large` and `noise_floor` go with `insufficient_data`, `performance` with a breach,
 * `not_significant` with unconfirmed, `stable` with ok. `too_large`: errors that cannot be added up, as a double does not
 * hold the squares of some.
 */
export type PerformanceReason =
  'empty' | 'too_few_rows' | 'too_large' | 'noise_floor' | 'performance' | 'not_significant' | 'stable'

export interface PerformanceJudgement {
  verdict: Verdict
  reason: PerformanceReason
  metric: DecidingMetric
  /** Rows of each side that the metric is made of. */
  rows: { baseline: number; window: number }
  /** The metric on each side; what follows is absent when a side has no rows. */
  value?: { baseline: number; window: number }
  /** Share of the baseline's value by which the window is worse; negative where it is better. */
  effect?: number
  /** The smallest relative loss that these numbers of rows tell from chance at the level. */
  noiseFloor?: number
  /** One-sided: how probable it is, nothing having changed, that the window is worse by as much. */
  pValue?: number
}

/**
 * Where a monitor names no metric: log loss or RMSE where there are scores or numbers, else accuracy. The baseline decides, for without scores of its
 * own there is nothing that the window's could be compared with.
 */
export function primaryMetric(task: Task, baseline: Pick<LossSums, 'scored'>): DecidingMetric {
  if (task === 'regression') return 'rmse'
  return baseline.scored > 0 ? 'log_loss' : 'accuracy'
}

type MeanMetric = Exclude<DecidingMetric, 'accuracy'>

/** Whether the model has become worse, significantly and by a loss that matters. Never throws. */
export function judgePerformance(
  metric: DecidingMetric,
  baseline: LossSums,
  window: LossSums,
  { alpha, thresholds, minRows }: PerformanceRule,
): PerformanceJudgement {
  const rowsOf = ({ scored, judged }: LossSums) => (metric === 'accuracy' ? judged : scored)
  const rows = { baseline: rowsOf(baseline), window: rowsOf(window) }
  if (!(rows.baseline > 0 && rows.window > 0))
    return { verdict: 'insufficient_data', reason: 'empty', metric, rows }
  if (metric !== 'accuracy' && ![baseline, window].every((side) => isSummed(errorsOf(metric, side))))
    return { verdict: 'insufficient_data', reason: 'too_large', metric, rows }
  const change =
    metric === 'accuracy' ? accuracyLoss(baseline, window, alpha) : meanLoss(metric, baseline, window, alpha)
  const judge = (verdict: Verdict, reason: PerformanceReason) => ({
    verdict,
    reason,
    metric,
    rows,
    ...change,
  })
  if (Math.min(rows.baseline, rows.window) < minRows) return judge('insufficient_data', 'too_few_rows')
  const grade = gradeOf(change.effect, thresholds)
  if (grade !== 'ok' && change.pValue <= alpha) return judge(grade, 'performance')
  if (change.noiseFloor > thresholds.critical) return judge('insufficient_data', 'noise_floor')
  return grade === 'ok' ? judge('ok', 'stable') : judge('unconfirmed', 'not_significant')
}

/** Whether a longer window might give the verdict that this one could not. */
export function performanceWantsLongerWindow(
  { verdict, reason, rows }: PerformanceJudgement,
  { minRows }: PerformanceRule,
): boolean {
  if (verdict !== 'insufficient_data' || reason === 'too_large' || rows.baseline < minRows) return false
  return reason !== 'too_few_rows' || rows.window < minRows
}

/** Sums that overflowed are stored as NaN, and with a result as null. */
const isSummed = ({ sum, squares }: { sum: number; squares: number }) => [sum, squares].every(Number.isFinite)

/** The errors that a metric is the mean of, or of RMSE the root of the mean. */
function errorsOf(metric: MeanMetric, { loss, lossSquares, brier, brierSquares, absolute }: LossSums) {
  switch (metric) {
    case 'log_loss':
    case 'rmse':
      return { sum: loss, squares: lossSquares }
    case 'brier':
      return { sum: brier, squares: brierSquares }
    case 'mae':
      // The squares of absolute errors are the losses.
      return { sum: absolute, squares: loss }
  }
}

/**
 * Two means of losses, each with its own variance: what is worse is often more spread out as well. Brier scores and
 * absolute errors may lie at nearly one value on the side with few rows, whose own variance then says nothing; of these
 * the variance of both sides together counts where it is larger. By simulation (test/performance-metric.test.ts) no
 * level is exceeded from 200 rows on.
 */
function meanLoss(metric: MeanMetric, b: LossSums, c: LossSums, alpha: number) {
  const [x, y] = [errorsOf(metric, b), errorsOf(metric, c)]
  const [before, now] = [x.sum / b.scored, y.sum / c.scored]
  const own = meanVariance(b.scored, x.sum, x.squares) + meanVariance(c.scored, y.sum, y.squares)
  const rows = b.scored + c.scored
  const together = meanVariance(rows, x.sum + y.sum, x.squares + y.squares) * rows
  const pooled = together * (1 / b.scored + 1 / c.scored)
  const deviation = Math.sqrt(metric === 'brier' || metric === 'mae' ? Math.max(own, pooled) : own)
  const unit = metric === 'rmse' ? Math.sqrt : (mean: number) => mean
  const value = { baseline: unit(before), window: unit(now) }
  const least = unit(before + normalIsf(alpha) * deviation)
  return {
    value,
    effect: ratio(value.window - value.baseline, value.baseline),
    noiseFloor: ratio(least - value.baseline, value.baseline),
    pValue: now === before ? 0.5 : normalSf((now - before) / deviation),
  }
}

function accuracyLoss(b: LossSums, c: LossSums, alpha: number) {
  const value = { baseline: b.hits / b.judged, window: c.hits / c.judged }
  const { pValue } = twoProportion(b.hits, b.judged, c.hits, c.judged, 'greater')!
  const pooled = (b.hits + c.hits) / (b.judged + c.judged)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / b.judged + 1 / c.judged))
  return {
    value,
    effect: ratio(value.baseline - value.window, value.baseline),
    noiseFloor: ratio(normalIsf(alpha) * deviation, value.baseline),
    pValue,
  }
}

/** A difference as a share of the baseline's value; of nothing any loss is infinite. */
function ratio(difference: number, whole: number): number {
  return difference === 0 ? 0 : difference / whole
}
