import { MAX_CLASSES } from '../profiles/class-scores.ts'
import type { ColumnBinning } from '../profiles/binning.ts'
import type { Task } from '../../control/declared/model.ts'

/** By what the labels of a column's slots are summed. It follows from the baseline, so that all sums over it agree. */
export type LabelScale =
  | {
      kind: 'classes'
      /** Those told apart; all others together come last. Of a binary model one, the positive class where it is known. */
      classes: readonly string[]
      /** The class that scores are the probability of; undefined where the model has not said which. */
      positive: string | undefined
    }
  | { kind: 'number'; centre: number }

/** The scale that the label column of a baseline gives. */
export function labelScale(task: Task, binning: ColumnBinning): LabelScale {
  if (binning.kind === 'numeric') return { kind: 'number', centre: binning.centre }
  const { categories, positive } = binning
  // Of two classes each tells the other; the rarer one, which comes last, stands in where none is declared.
  const classes =
    task === 'binary' ? [positive ?? categories[categories.length - 1]] : categories.slice(0, MAX_CLASSES)
  return { kind: 'classes', classes, positive: task === 'binary' ? positive : undefined }
}

/** Places that labels take in a slot: the classes and all others, or one for numbers. */
export function labelPlaces(scale: LabelScale): number {
  return scale.kind === 'classes' ? scale.classes.length + 1 : 1
}
