import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { CategoricalBinning } from '../../store/profiles/binning.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import {
  labelledOf,
  type LabelledColumn,
  type LabelledProfile,
} from '../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../store/labelled/loss-sums.ts'
import { singleValued } from '../verdict/constant.ts'
import { columnSums } from '../run/labelled-windows.ts'
import type { Confusion } from './confusion.ts'
import type { PerformanceSums } from './metrics.ts'

/** What performance is made of, out of the sums over labelled rows. */
export function performanceSums(
  profiles: readonly LabelledColumn[],
  columns: readonly BaselineColumn[],
  scale: LabelScale,
): PerformanceSums {
  const losses = lossSumsOf(labelledOf(profiles, 'loss'))
  const prediction = columns.find(({ role }) => role === 'prediction')
  const predicted = prediction && columnSums(profiles, prediction, scale)
  if (scale.kind === 'number') return { losses, labels: predicted && labelSums(predicted) }
  const score = columns.find(({ role, name }) => role === 'score' && name === 'score')
  const scored = score && scale.positive !== undefined ? columnSums(profiles, score, scale).counts : undefined
  return {
    losses,
    confusion:
      prediction?.binning.kind === 'categorical'
        ? confusionOf(predicted!, prediction.binning, scale.classes)
        : undefined,
    scores: score &&
      scored && {
        positives: everySecond(scored, 0),
        negatives: everySecond(scored, 1),
        single: singleValued(score.binning).slice(1),
      },
  }
}

/** Labels of rows with a prediction: slot 0 has those without. */
function labelSums({ sums, squares }: LabelledProfile) {
  const add = (values: readonly number[]) => values.slice(1).reduce((sum, value) => sum + value, 0)
  return { sum: add(sums), squares: add(squares) }
}

/** Rows without a prediction are in no cell. */
function confusionOf(
  { counts }: LabelledProfile,
  { categories }: CategoricalBinning,
  classes: readonly string[],
): Confusion {
  const places = classes.length + 1
  const matrix = Array.from({ length: places }, () => new Array<number>(places).fill(0))
  for (let slot = 1; slot <= categories.length + 1; slot++) {
    const found = classes.indexOf(categories[slot - 1])
    const row = matrix[found < 0 ? places - 1 : found]
    for (let k = 0; k < places; k++) row[k] += counts[slot * places + k]
  }
  return { counts: matrix }
}

/** Of the one class and the rest, slot by slot; missing scores are left out. */
function everySecond(counts: readonly number[], place: 0 | 1): number[] {
  return counts.filter((_, i) => i >= 2 && i % 2 === place)
}
