import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { ColumnBinning, ColumnProfile, NumericBinning } from '../../store/profiles/binning.ts'
import { confidenceOffset } from '../../store/profiles/class-scores.ts'
import { labelPlaces, type LabelScale } from '../../store/labelled/label-scale.ts'
import type { LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Task } from '../../control/declared/model.ts'
import { columnSums } from '../run/labelled-windows.ts'
import { estimateRegression, hasBinErrors } from './expected/bin-errors.ts'
import { estimateBinary, estimateMulticlass, type Estimate } from './estimate.ts'

/** Why no performance can be expected before labels come. */
export const NO_ESTIMATE = [
  'no_scores_in_baseline',
  'positive_class_unknown',
  'no_predictions_in_baseline',
  'no_errors_in_baseline',
] as const
export type NoEstimate = (typeof NO_ESTIMATE)[number]

/** Columns whose profiles over the predictions of a window an estimate is made of. */
export interface EstimateColumns {
  /** The score, or of several classes the predicted class with its score, or the prediction of a regression. */
  score: BaselineColumn
  prediction: BaselineColumn | undefined
}

/**
 * What an estimate takes of this baseline, or why there is none.
 * @param labelled all that is summed over the labelled rows of the baseline
 */
export function estimateColumns(
  task: Task,
  columns: readonly BaselineColumn[],
  scale: LabelScale,
  labelled: readonly LabelledColumn[],
): EstimateColumns | NoEstimate {
  if (scale.kind === 'number') {
    const prediction = columns.find(({ role }) => role === 'prediction')
    if (prediction === undefined) return 'no_predictions_in_baseline'
    if (!hasBinErrors(prediction, labelled)) return 'no_errors_in_baseline'
    return { score: prediction, prediction: undefined }
  }
  const score = columns.find(({ role }) => role === (task === 'binary' ? 'score' : 'confidence'))
  if (score === undefined) return 'no_scores_in_baseline'
  if (task === 'binary' && scale.positive === undefined) return 'positive_class_unknown'
  return { score, prediction: columns.find(({ role }) => role === 'prediction') }
}

/**
 * The performance to be expected of the predictions of a window, from the labels of the baseline.
 * @param window profiles of the {@link EstimateColumns}
 */
export function estimateWindow(
  { score, prediction }: EstimateColumns,
  scale: LabelScale,
  baseline: readonly LabelledColumn[],
  window: { score: ColumnProfile | undefined; prediction: ColumnProfile | undefined },
): Estimate | undefined {
  if (window.score === undefined || score.binning.kind !== 'numeric') return undefined
  if (scale.kind === 'number') return estimateRegression(score, baseline, window.score.counts)
  const { counts } = columnSums(baseline, score, scale)
  const places = labelPlaces(scale)
  const slots = window.score.counts.map((_, slot) => slot).slice(1)
  const rowsAt = (slot: number) =>
    counts.slice(slot * places, (slot + 1) * places).reduce((sum, n) => sum + n, 0)
  const rows = window.score.counts
  if (score.role === 'confidence') {
    const classes = classSlots(score.binning, slots).flatMap(({ category, slots: own }) => {
      const place = scale.classes.indexOf(category)
      const hits = own.map((slot) => counts[slot * places + place])
      return place < 0 ? [] : [{ rows: own.map(rowsAt), hits, window: own.map((slot) => rows[slot]) }]
    })
    return estimateMulticlass(classes)
  }
  const { centre } = score.binning
  const { sums } = window.score
  return estimateBinary({
    baseline: { rows: slots.map(rowsAt), positives: slots.map((slot) => counts[slot * places]) },
    window: {
      rows: slots.map((slot) => rows[slot]),
      scoreSums: slots.map((slot) => sums[slot] + centre * rows[slot]),
    },
    positiveShare:
      prediction && window.prediction && shareOf(scale.classes[0], prediction.binning, window.prediction),
  })
}

/** The slots of `confidence` by class, ascending. */
export function classSlots({ edges, classes = [] }: NumericBinning, slots: readonly number[]) {
  return classes.map((category, k) => {
    // A cell of one value begins a little below it; between the classes there are no values.
    const from = confidenceOffset(k) - 0.5
    const to = confidenceOffset(k + 1) - 0.5
    return { category, slots: slots.filter((slot) => edges[slot - 1] >= from && edges[slot - 1] < to) }
  })
}

/** The share of predictions, missing ones apart, that are of this class. */
export function shareOf(
  category: string,
  binning: ColumnBinning,
  { counts }: ColumnProfile,
): number | undefined {
  const all = counts.slice(1).reduce((sum, n) => sum + n, 0)
  if (binning.kind !== 'categorical' || all === 0) return undefined
  const found = binning.categories.indexOf(category)
  return found < 0 ? 0 : counts[found + 1] / all
}
