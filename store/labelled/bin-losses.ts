import type { Column } from '../../control/declared/model.ts'
import type { ColumnBinning } from '../profiles/binning.ts'
import { scoredClass } from '../profiles/class-scores.ts'
import { literal } from '../engine/sql.ts'
import type { LabelScale } from './label-scale.ts'
import { lossBinCount } from './loss-bins.ts'

/**
 * What is lost on the labelled rows of a column, bin by bin (see `loss-bins.ts`). It is stored as other sums over
 * labelled rows are, under a role of its own: `loss:feature` for a column of the role `feature`.
 *
 * Of classes `counts[6 * bin + 3 * scored + outcome]` are rows: `scored` is 1 with a score, `outcome` is 0 without a
 * predicted class, 1 where it is the label, 2 where it is not; `sums[4 * bin]` and the next three are of the loss, the
 * Brier score and the squares of both. Of numbers `counts[bin]` are rows with a prediction, and `sums[3 * bin]` and the
 * next two are of the loss, the absolute error and the square of the loss. `squares` is empty.
 */
export interface BinLosses {
  /** Rows with a score, or of a regression with a prediction, over which the next ones sum. */
  scored: number
  /** The log loss or the squared error, as in `LossSums`. */
  loss: number
  lossSquares: number
  /** Of a regression 0. */
  brier: number
  brierSquares: number
  /** Absolute errors, of a regression. Their squares are the losses. */
  absolute: number
  /** Rows with a predicted class, and those of them whose class is not the label. Of a regression 0. */
  judged: number
  misses: number
}

export const LOSS_PLACES = 6

const ROLES = ['feature', 'prediction', 'score'] as const
type BinLossRole = (typeof ROLES)[number]

/** The role under which the losses of columns of this role are stored. */
export const binLossRole = (role: BinLossRole): string => `loss:${role}`

/** The condition that a stored row holds the losses of bins. */
export const IS_BIN_LOSS = `role IN (${ROLES.map((role) => literal(binLossRole(role))).join(', ')})`

/** Whether losses are summed over the bins of a column. Scores by class are many, and say little one by one. */
export function hasBinLosses<T extends Pick<Column, 'role' | 'name'>>(
  column: T,
): column is T & { role: BinLossRole } {
  return ROLES.some((role) => role === column.role) && scoredClass(column.name) === undefined
}

/** How many numbers are kept of a bin. */
export const binLossCells = (kind: LabelScale['kind']): number => (kind === 'classes' ? LOSS_PLACES + 4 : 4)

/** The losses of each bin; zeros where no labelled row has come. */
export function binLossesOf(
  stored: Record<'counts' | 'sums', readonly number[]> | undefined,
  binning: ColumnBinning,
  kind: LabelScale['kind'],
): BinLosses[] {
  const bins = lossBinCount(binning)
  const [places, lost] = kind === 'classes' ? [LOSS_PLACES, 4] : [1, 3]
  const { counts, sums } = stored ?? {
    counts: new Array<number>(bins * places).fill(0),
    sums: new Array<number>(bins * lost).fill(0),
  }
  if (counts.length !== bins * places || sums.length !== bins * lost)
    throw new Error(`${counts.length} counts and ${sums.length} sums of losses for ${bins} bins`)
  return Array.from({ length: bins }, (_, bin) => {
    const own = counts.slice(bin * places, (bin + 1) * places)
    const [loss, second, lossSquares, squares] = sums.slice(bin * lost, (bin + 1) * lost)
    if (kind === 'number') return { ...NO_LOSSES, scored: own[0], loss, lossSquares, absolute: second }
    return {
      scored: own[3] + own[4] + own[5],
      loss,
      lossSquares,
      brier: second,
      brierSquares: squares,
      absolute: 0,
      judged: own[1] + own[2] + own[4] + own[5],
      misses: own[2] + own[5],
    }
  })
}

const NO_LOSSES: BinLosses = {
  scored: 0,
  loss: 0,
  lossSquares: 0,
  brier: 0,
  brierSquares: 0,
  absolute: 0,
  judged: 0,
  misses: 0,
}
