import type { Task } from '../../control/declared/model.ts'
import type { LossSums } from '../../store/labelled/loss-sums.ts'
import { f1, macroF1, precision, recall, type Confusion } from './confusion.ts'
import { meanInterval, meanVariance, normalInterval, shareInterval } from './interval.ts'
import type { Metric, Metrics } from './metric.ts'
import { rocAuc, type ScoreBins } from './roc-auc.ts'

/** What is known of the performance on one side: sums over its labelled rows. */
export interface PerformanceSums {
  losses: LossSums
  /** Classes only; of a binary model the first class is the positive one. */
  confusion?: Confusion | undefined
  /** Binary only. */
  scores?: (ScoreBins & { single: readonly boolean[] }) | undefined
  /** Regression only: labels of the rows that have a prediction, sums of `y - centre` and of its square. */
  labels?: { sum: number; squares: number } | undefined
}

/** Every metric of the task that these rows give. */
export function performanceMetrics(task: Task, sums: PerformanceSums): Metrics {
  return present(task === 'regression' ? regressionMetrics(sums) : classMetrics(task, sums))
}

function classMetrics(task: Task, { losses, confusion, scores }: PerformanceSums) {
  const { scored, judged, hits, loss, lossSquares, brier, brierSquares } = losses
  const classes = confusion?.counts.map((_, k) => k).slice(0, -1) ?? []
  return {
    log_loss: meanInterval(scored, loss, lossSquares),
    brier: meanInterval(scored, brier, brierSquares),
    accuracy: shareInterval(hits, judged),
    ...(task === 'binary'
      ? {
          precision: confusion && precision(confusion, 0),
          recall: confusion && recall(confusion, 0),
          f1: confusion && f1(confusion, 0),
          roc_auc: scores && rocAuc(scores, scores.single),
        }
      : { macro_f1: confusion && macroF1(confusion, classes) }),
  }
}

function regressionMetrics({ losses: { scored, loss, lossSquares, absolute }, labels }: PerformanceSums) {
  return {
    rmse: rootInterval(scored, loss, lossSquares),
    // The squares of absolute errors are the losses.
    mae: meanInterval(scored, absolute, loss),
    r_squared: labels && rSquared(scored, loss, labels),
  }
}

/** The root of the mean squared error, with the roots of that mean's interval. */
function rootInterval(n: number, sum: number, squares: number): Metric | undefined {
  if (n === 0) return undefined
  const value = Math.sqrt(sum / n)
  const { low, high } = normalInterval(sum / n, meanVariance(n, sum, squares), { least: 0 })
  return low === undefined || high === undefined
    ? { value }
    : { value, low: Math.sqrt(low), high: Math.sqrt(high) }
}

/** The share of the labels' variance that predictions explain; undefined where all labels are the same. */
function rSquared(
  n: number,
  loss: number,
  { sum, squares }: { sum: number; squares: number },
): Metric | undefined {
  const total = squares - sum ** 2 / n
  return n > 0 && total > 1e-12 * squares ? { value: 1 - loss / total } : undefined
}

function present(metrics: Record<string, Metric | undefined>): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).filter(([, metric]) => metric !== undefined && Number.isFinite(metric.value)),
  )
}
