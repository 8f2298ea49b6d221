/**
 * What the performance should be before labels come, from scores alone: rates of labels by score, as the baseline had
 * them, made monotone by isotonic regression and applied to the scores that the model gives now. The idea is that of
 * confidence-based performance estimation (NannyML). It holds as long as P(Y given score) does: concept drift is what
 * it cannot see, and what makes it differ from the performance once labels come.
 */
import { fitIsotonic, isotonicValue } from './isotonic.ts'
import type { MetricName } from './metric.ts'
import { rocAuc } from './roc-auc.ts'

/** Scores are kept away from 0 and 1, where the log loss is infinite. */
export const MIN_SCORE = 1e-15

export type Estimate = Partial<Record<MetricName, number>>

export interface BinaryEstimateInput {
  /** Labelled rows of the baseline by bins of the score, ascending, and the positive ones of them. */
  baseline: { rows: readonly number[]; positives: readonly number[] }
  /** Predictions now by the same bins, and the sums of their scores. */
  window: { rows: readonly number[]; scoreSums: readonly number[] }
  /** Share of these predictions whose class is the positive one; undefined where classes are not sent. */
  positiveShare?: number | undefined
}

/**
 * Expected log loss, Brier score, ROC AUC and accuracy. Classes are known in total only, and taken to follow the score: the highest
 * scores are positive, as many as were. Loss and Brier score are those of each bin's mean score, which is a little too small.
 * @returns undefined without scores on either side
 */
export function estimateBinary({
  baseline,
  window,
  positiveShare,
}: BinaryEstimateInput): Estimate | undefined {
  const rates = calibratedRates(baseline.positives, baseline.rows)
  const n = window.rows.reduce((sum, rows) => sum + rows, 0)
  if (rates === undefined || n === 0) return undefined
  let [loss, brier, correct] = [0, 0, 0]
  let negative = positiveShare === undefined ? 0 : n * (1 - positiveShare)
  window.rows.forEach((rows, i) => {
    if (rows === 0) return
    const mean = window.scoreSums[i] / rows
    const score = Math.min(Math.max(mean, MIN_SCORE), 1 - MIN_SCORE)
    loss -= rows * (rates[i] * Math.log(score) + (1 - rates[i]) * Math.log(1 - score))
    brier += rows * (rates[i] * (1 - mean) ** 2 + (1 - rates[i]) * mean ** 2)
    const below = Math.min(rows, negative)
    negative -= below
    correct += below * (1 - rates[i]) + (rows - below) * rates[i]
  })
  const auc = rocAuc({
    positives: window.rows.map((rows, i) => rows * rates[i]),
    negatives: window.rows.map((rows, i) => rows * (1 - rates[i])),
  })
  return {
    log_loss: loss / n,
    brier: brier / n,
    ...(positiveShare !== undefined && { accuracy: correct / n }),
    ...(auc !== undefined && { roc_auc: auc.value }),
  }
}

/** Bins of the score that a class was predicted with, ascending. */
export interface ConfidenceBins {
  /** Labelled rows of the baseline that were predicted to be of the class, and those of them that are. */
  rows: readonly number[]
  hits: readonly number[]
  /** Predictions of the class now. */
  window: readonly number[]
}

/**
 * Expected accuracy of several classes: how often a class is right at that score of it. Classes that the baseline
 * never predicted are left out.
 * @returns undefined where nothing is left
 */
export function estimateMulticlass(classes: readonly ConfidenceBins[]): Estimate | undefined {
  let [expected, n] = [0, 0]
  for (const { rows, hits, window } of classes) {
    const rates = calibratedRates(hits, rows)
    if (rates === undefined) continue
    window.forEach((count, i) => {
      expected += count * rates[i]
      n += count
    })
  }
  return n > 0 ? { accuracy: expected / n } : undefined
}

/** Rates that never fall from bin to bin; bins without rows lie between their neighbours. Undefined without rows. */
function calibratedRates(hits: readonly number[], rows: readonly number[]): number[] | undefined {
  const occupied = rows.flatMap((count, i) => (count > 0 ? [i] : []))
  const fit = fitIsotonic(
    occupied,
    occupied.map((i) => hits[i] / rows[i]),
    occupied.map((i) => rows[i]),
  )
  return fit && rows.map((_, i) => isotonicValue(fit, i))
}
