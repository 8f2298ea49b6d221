import type { LossSums } from '../../store/loss-sums.ts'
import type { Task } from '../../store/model.ts'
import { severityOf, type Thresholds } from '../decide.ts'
import type { Verdict } from '../judge.ts'
import { normalIsf, normalSf } from '../tails.ts'
import { twoProportion } from '../two-proportion.ts'
import { meanVariance } from './interval.ts'
import type { MetricName } from './metric.ts'

/** The metric that decides. */
export type PrimaryMetric = Extract<MetricName, 'log_loss' | 'accuracy' | 'rmse'>

export interface PerformanceRule {
  /** Level of the test, in (0, 1): see `level`. */
  alpha: number
  /** For the relative loss. */
  thresholds: Thresholds
  /** Fewer labelled rows than this on either side give no verdict. */
  minRows: number
}

/**
 * `empty`, `too_few_rows` and `noise_floor` go with `insufficient_data`, `performance` with a breach, `stable` with ok.
 */
export type PerformanceReason = 'empty' | 'too_few_rows' | 'noise_floor' | 'performance' | 'stable'

export interface PerformanceJudgement {
  verdict: Verdict
  reason: PerformanceReason
  metric: PrimaryMetric
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
 * Log loss or RMSE where there are scores or numbers, else accuracy. The baseline decides, for without scores of its
 * own there is nothing that the window's could be compared with.
 */
export function primaryMetric(task: Task, baseline: Pick<LossSums, 'scored'>): PrimaryMetric {
  if (task === 'regression') return 'rmse'
  return baseline.scored > 0 ? 'log_loss' : 'accuracy'
}

/** Whether the model has become worse, significantly and by a loss that matters. Never throws. */
export function judgePerformance(
  metric: PrimaryMetric,
  baseline: LossSums,
  window: LossSums,
  { alpha, thresholds, minRows }: PerformanceRule,
): PerformanceJudgement {
  const rowsOf = ({ scored, judged }: LossSums) => (metric === 'accuracy' ? judged : scored)
  const rows = { baseline: rowsOf(baseline), window: rowsOf(window) }
  if (!(rows.baseline > 0 && rows.window > 0))
    return { verdict: 'insufficient_data', reason: 'empty', metric, rows }
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
  const severity = change.pValue <= alpha ? severityOf(change.effect, thresholds) : 'ok'
  if (severity !== 'ok') return judge(severity, 'performance')
  return change.noiseFloor > thresholds.critical
    ? judge('insufficient_data', 'noise_floor')
    : judge('ok', 'stable')
}

/** Whether a longer window might give the verdict that this one could not. */
export function performanceWantsLongerWindow(
  { verdict, reason, rows }: PerformanceJudgement,
  { minRows }: PerformanceRule,
): boolean {
  if (verdict !== 'insufficient_data' || rows.baseline < minRows) return false
  return reason !== 'too_few_rows' || rows.window < minRows
}

/** Two means of losses, each with its own variance: what is worse is often more spread out as well. */
function meanLoss(metric: 'log_loss' | 'rmse', b: LossSums, c: LossSums, alpha: number) {
  const [before, now] = [b.loss / b.scored, c.loss / c.scored]
  const deviation = Math.sqrt(
    meanVariance(b.scored, b.loss, b.lossSquares) + meanVariance(c.scored, c.loss, c.lossSquares),
  )
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
