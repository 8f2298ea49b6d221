import { sum } from '../../../domain/sum.ts'
import { normalIsf } from '../../statistics/tails.ts'
import type { LossColumn } from './loss-columns.ts'
import { changeError, splitLoss, type BinParts, type LossParts } from './split-loss.ts'

/** How much of a change one column explains. */
export interface ColumnExplanation {
  role: string
  column: string
  shift: number
  shiftError: number
  concept: number
  conceptError: number
  /** Bins whose contribution is beyond chance and goes the way of the change, the largest first. */
  shiftBins: number[]
  /** The same of bins whose concept part exceeds what their share of rows would have of it. */
  conceptBins: number[]
  /** The share of the change that rows moving between bins explain, where that is beyond chance, and the excess of bins whose excess is. */
  explains: number
}

export interface LossExplanation {
  status: 'explained' | 'within_chance' | 'empty'
  change: number
  changeError: number
  /** Those that explain most come first. */
  columns: ColumnExplanation[]
}

/** Numbers of columns and bins among which chance could find something. */
export interface Looked {
  columns: number
  bins: number
}

/** What explains less than this is no explanation. */
export const LEAST_EXPLAINED = 0.2
/** Of a change within so many standard errors nothing needs to be explained. */
export const CHANCE = 2
/** So much of what bins beyond chance contribute is told; small ones besides are not. */
const MOST = 0.8
/** How often chance alone may name a bin, or a shift, of any column at all. */
const LEVEL = 0.05

export const lookedAt = (columns: readonly LossColumn[]): Looked => ({
  columns: columns.length,
  bins: sum(columns.map(({ labels }) => labels.length)),
})

/**
 * Splits a change over every column and puts those first that explain it. Pure.
 * @param looked among how many columns and bins these were found, where they are only some of them
 */
export function explainLoss(columns: readonly LossColumn[], looked = lookedAt(columns)): LossExplanation {
  const splits = columns.flatMap((column) => {
    const parts = splitLoss(column.baseline, column.window)
    // Losses beyond what a double holds cannot be split.
    return parts === undefined || !Number.isFinite(parts.change) ? [] : [{ column, parts }]
  })
  if (splits.length === 0) return { status: 'empty', change: 0, changeError: 0, columns: [] }
  const [{ column, parts }] = splits
  const error = changeError(column.baseline, column.window)
  const explained = splits.map((split) => explain(split.column, split.parts, looked))
  return {
    status: Math.abs(parts.change) > CHANCE * error ? 'explained' : 'within_chance',
    change: parts.change,
    changeError: error,
    columns: explained.sort(
      (a, b) => b.explains - a.explains || compare(a.column, b.column) || compare(a.role, b.role),
    ),
  }
}

function explain({ role, column }: LossColumn, parts: LossParts, looked: Looked): ColumnExplanation {
  const { change, shift, shiftError, concept, conceptError, bins } = parts
  const beyond = (tests: number) => Math.max(CHANCE, normalIsf(LEVEL / 2 / Math.max(1, tests)))
  const clear = (value: (bin: BinParts) => number, error: (bin: BinParts) => number) =>
    bins
      .map((bin, index) => ({ index, value: value(bin) * Math.sign(change), error: error(bin) }))
      .filter((bin) => bin.value > beyond(looked.bins) * bin.error && bin.value > 0)
      .sort((a, b) => b.value - a.value || a.index - b.index)
  // A rise that is the same in every bin of a column says nothing about the column.
  const excess = clear(
    (bin) => bin.concept - bin.share.window * concept,
    (bin) => Math.hypot(bin.conceptError, bin.share.window * conceptError),
  )
  const isShift = Math.abs(shift) > beyond(looked.columns) * shiftError
  return {
    role,
    column,
    shift,
    shiftError,
    concept,
    conceptError,
    shiftBins: isShift ? most(clear((bin) => bin.shift, (bin) => bin.shiftError)) : [], // prettier-ignore
    conceptBins: most(excess),
    explains:
      change === 0
        ? 0
        : Math.max(0, isShift ? shift / change : 0) +
          sum(excess.map(({ value }) => value)) / Math.abs(change),
  }
}

/** The bins that together make up nearly all that such bins contribute. */
function most(bins: readonly { index: number; value: number }[]): number[] {
  const enough = MOST * sum(bins.map(({ value }) => value))
  const kept: number[] = []
  let reached = 0
  for (const { index, value } of bins) {
    if (reached >= enough) break
    kept.push(index)
    reached += value
  }
  return kept
}

/** The column that explains most; a prediction or score only where no feature does, as it follows from these. */
export function bestExplanation({ columns }: LossExplanation): ColumnExplanation | undefined {
  const enough = columns.filter(({ explains }) => explains >= LEAST_EXPLAINED)
  return enough.find(({ role }) => role === 'feature') ?? enough[0]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
