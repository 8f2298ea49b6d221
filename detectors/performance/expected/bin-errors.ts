import { sum } from '../../../domain/sum.ts'
import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import { binLossesOf, binLossRole } from '../../../store/labelled/bin-losses.ts'
import { labelledOf, type LabelledColumn } from '../../../store/labelled/labelled-profiles.ts'
import { lossBin } from '../../../store/labelled/loss-bins.ts'
import { lossSumsOf } from '../../../store/labelled/loss-sums.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import { cellValues } from '../../../store/profiles/binning.ts'
import { MAX_UNKNOWN, meanErrors } from './bin-rates.ts'
import type { ErrorSums } from './expected-input.ts'

/** A last bin without an end holds the baseline's largest value, or hardly more; with more rows it is one as others. */
const FEW = 0.01

const lossesOf = ({ name, binning }: BaselineColumn, labelled: readonly LabelledColumn[]) =>
  binLossesOf(labelledOf(labelled, binLossRole('prediction'), name), binning, 'number')

/** Whether errors are kept by bins of the prediction; earlier releases did not. */
export function hasBinErrors(prediction: BaselineColumn, labelled: readonly LabelledColumn[]): boolean {
  const { scored } = lossSumsOf(labelledOf(labelled, 'loss'))
  return scored > 0 && sum(lossesOf(prediction, labelled).map((bin) => bin.scored)) === scored
}

/** The errors of a regression by its predictions, of a labelled baseline. */
export function binErrors(
  prediction: BaselineColumn,
  labelled: readonly LabelledColumn[],
  metric: DecidingMetric,
): ErrorSums {
  const losses = lossesOf(prediction, labelled)
  const ofSlots = labelledOf(labelled, 'prediction', prediction.name)?.counts ?? []
  return {
    rows: losses.map((bin) => bin.scored),
    // The squares of absolute errors are the losses.
    sums: losses.map((bin) => (metric === 'mae' ? bin.absolute : bin.loss)),
    squares: losses.map((bin) => (metric === 'mae' ? bin.loss : bin.lossSquares)),
    bins: withinRange(prediction, ofSlots).map((isWithin, i) =>
      isWithin ? lossBin(prediction.binning, i + 1) : null,
    ),
  }
}

/** Whether each slot with values lies in the range of the labelled rows: what is beyond, these tell nothing of. */
function withinRange({ binning }: BaselineColumn, counts: readonly number[]): boolean[] {
  if (binning.kind !== 'numeric') return []
  const rows = binning.edges.map((_, i) => counts[i + 1] ?? 0)
  const last = rows.length - 1
  const isOpen = cellValues(binning)[last] === undefined && rows[last] < FEW * sum(rows)
  const [first, most] = [
    rows.findIndex((count) => count > 0),
    rows.findLastIndex((count, i) => count > 0 && !(isOpen && i === last)),
  ]
  return rows.map((_, i) => first >= 0 && i >= first && i <= most)
}

/** The errors to be expected of these predictions; undefined where too many of them are beyond the baseline. */
export function estimateRegression(
  prediction: BaselineColumn,
  labelled: readonly LabelledColumn[],
  counts: readonly number[],
): { rmse: number; mae: number } | undefined {
  const rows = counts.slice(1)
  const meanOf = (metric: 'rmse' | 'mae') => {
    const { values } = meanErrors(binErrors(prediction, labelled, metric))
    const known = rows.map((count, i) => (Number.isNaN(values[i]) ? 0 : count))
    const total = sum(known)
    if (total === 0 || sum(rows) - total > MAX_UNKNOWN * sum(rows)) return undefined
    return sum(known.map((count, i) => (count === 0 ? 0 : count * values[i]))) / total
  }
  const [squared, mae] = [meanOf('rmse'), meanOf('mae')]
  return squared === undefined || mae === undefined ? undefined : { rmse: Math.sqrt(squared), mae }
}
