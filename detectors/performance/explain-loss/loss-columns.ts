import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import { binLossesOf, binLossRole, hasBinLosses, type BinLosses } from '../../../store/labelled/bin-losses.ts'
import type { LabelScale } from '../../../store/labelled/label-scale.ts'
import { labelledOf, type LabelledColumn } from '../../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../../store/labelled/loss-sums.ts'
import { sum } from '../../../domain/sum.ts'
import { lossLabels, type LossLabel } from './loss-labels.ts'
import type { LossSum } from './split-loss.ts'

/** The losses of one column's bins on both sides. */
export interface LossColumn {
  role: string
  column: string
  labels: readonly LossLabel[]
  baseline: readonly LossSum[]
  window: readonly LossSum[]
}

export type LossColumns =
  | { status: 'counted'; columns: LossColumn[] }
  /** The losses of some rows are not kept by bin: they were counted by an earlier release. */
  | { status: 'not_counted'; side: 'baseline' | 'window' }

type Sides = Record<'baseline' | 'window', readonly LabelledColumn[]>

/** The columns that can explain a change of the metric; all of them or, where rows are missing on a side, none. */
export function lossColumns(
  sides: Sides,
  columns: readonly BaselineColumn[],
  scale: LabelScale,
  metric: DecidingMetric,
): LossColumns {
  const counted: LossColumn[] = []
  for (const { role, name, binning } of columns.filter(hasBinLosses)) {
    const of = (side: keyof Sides) =>
      binLossesOf(labelledOf(sides[side], binLossRole(role), name), binning, scale.kind)
    const losses = { baseline: of('baseline'), window: of('window') }
    for (const side of ['baseline', 'window'] as const)
      if (!isComplete(losses[side], sides[side])) return { status: 'not_counted', side }
    const summed = (bins: readonly BinLosses[]) => bins.map((bin) => lossSum(metric, bin))
    counted.push({
      role,
      column: name,
      labels: lossLabels(binning),
      baseline: summed(losses.baseline),
      window: summed(losses.window),
    })
  }
  return { status: 'counted', columns: counted }
}

function isComplete(bins: readonly BinLosses[], profiles: readonly LabelledColumn[]): boolean {
  const { scored, judged } = lossSumsOf(labelledOf(profiles, 'loss'))
  return sum(bins.map((bin) => bin.scored)) === scored && sum(bins.map((bin) => bin.judged)) === judged
}

/** What a metric is the mean of: of the accuracy the errors, of RMSE the squared errors. */
function lossSum(metric: DecidingMetric, bin: BinLosses): LossSum {
  switch (metric) {
    case 'log_loss':
    case 'rmse':
      return { rows: bin.scored, sum: bin.loss, squares: bin.lossSquares }
    case 'brier':
      return { rows: bin.scored, sum: bin.brier, squares: bin.brierSquares }
    case 'mae':
      // The squares of absolute errors are the losses.
      return { rows: bin.scored, sum: bin.absolute, squares: bin.loss }
    case 'accuracy':
      return { rows: bin.judged, sum: bin.misses, squares: bin.misses }
  }
}
