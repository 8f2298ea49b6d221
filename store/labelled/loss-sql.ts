import { MAX_CLASSES, scoredClass } from '../profiles/class-scores.ts'
import type { LabelScale } from './label-scale.ts'
import { LOSS_PLACES } from './bin-losses.ts'
import type { BinnedColumn } from '../profiles/profile-sql.ts'
import { identifier, literal } from '../engine/sql.ts'

/** Scores are kept away from 0 and 1, where the log loss is infinite. */
const MIN_SCORE = '1e-15'

/** What is lost on one row, as expressions over it. */
interface RowLoss {
  /** Whether the row has what the loss is made of. */
  scored: string
  loss: string
  brier: string
  absolute: string
}

/** Definitions over a row of what is lost on it: 0 where it has not what the loss is made of. */
export function lossDefinitions(scale: LabelScale, columns: readonly BinnedColumn[]): string[] {
  const { scored, loss, brier, absolute } = rowLoss(scale, columns)
  const lost = (value: string) => `if(is_scored, ifNull(${value}, 0.0), 0.0)`
  return [
    `toUInt8(ifNull(${scored}, 0)) AS is_scored`,
    `${lost(loss)} AS loss`,
    `${lost(brier)} AS brier`,
    `${lost(absolute)} AS absolute`,
    `${judges(scale, columns) ? 'multiIf(isNull(prediction), 0, ifNull(prediction = label, 0), 1, 2)' : '0'} AS outcome`,
    `[${LOST[scale.kind].join(', ')}] AS lost`,
  ]
}

function judges(scale: LabelScale, columns: readonly BinnedColumn[]): boolean {
  return scale.kind === 'classes' && columns.some(({ role }) => role === 'prediction')
}

/** The sums of `LossSums`, in the order in which they are stored: see `lossSumsOf`. */
export function lossAggregates() {
  return {
    definitions: [],
    selections: [
      '[count(), countIf(is_scored), countIf(outcome > 0), countIf(outcome = 1)] AS loss_counts',
      '[sum(loss), sum(brier), sum(absolute)] AS loss_sums',
      '[sum(loss * loss), sum(brier * brier)] AS loss_squares',
    ],
    counts: 'loss_counts',
    sums: 'loss_sums',
    squares: 'loss_squares',
  }
}

/** The sums of one column's `BinLosses`, in the order in which they are stored. */
export function binLossAggregates(scale: LabelScale, bins: number, index: number) {
  const bin = `loss_bin${index}`
  const { length } = LOST[scale.kind]
  const counts =
    scale.kind === 'classes'
      ? `countResample(0, ${bins * LOSS_PLACES}, 1)(toUInt32(${bin}) * ${LOSS_PLACES} + 3 * is_scored + outcome)`
      : `countResample(0, ${bins}, 1)(if(is_scored, ${bin}, ${bins}))`
  return {
    selections: [
      `${counts} AS lost_counts${index}`,
      // Of a bin without rows the engine gives an empty array.
      `arrayFlatten(arrayMap(one -> arrayResize(one, ${length}), sumForEachResample(0, ${bins}, 1)(lost, ${bin}))) AS lost${index}`,
    ],
    counts: `lost_counts${index}`,
    sums: `lost${index}`,
    squares: 'emptyArrayFloat64()',
  }
}

/** What is summed over the rows of a bin; of numbers the square of the absolute error is the loss. */
const LOST = {
  classes: ['loss', 'brier', 'loss * loss', 'brier * brier'],
  number: ['loss', 'absolute', 'loss * loss'],
}

const NOTHING: RowLoss = { scored: '0', loss: '0.0', brier: '0.0', absolute: '0.0' }

function rowLoss(scale: LabelScale, columns: readonly BinnedColumn[]): RowLoss {
  if (scale.kind === 'number') {
    if (!columns.some(({ role }) => role === 'prediction')) return NOTHING
    return {
      ...NOTHING,
      scored: 'isFinite(prediction)',
      loss: '(prediction - label) * (prediction - label)',
      absolute: 'abs(prediction - label)',
    }
  }
  const scores = columns.filter(({ role }) => role === 'score')
  const byClass = scores.flatMap(({ name, source }) => {
    const category = scoredClass(name)
    return category === undefined ? [] : [{ category, score: identifier(source) }]
  })
  if (byClass.length > 0) return multiclassLoss(byClass)
  return scores.length > 0 && scale.positive !== undefined ? binaryLoss(scale.positive) : NOTHING
}

function binaryLoss(positive: string): RowLoss {
  const isPositive = `(label = ${literal(positive)})`
  return {
    ...NOTHING,
    scored: 'isFinite(score)',
    loss: logLoss(`if(${isPositive}, score, 1 - score)`),
    brier: `(score - ${isPositive}) * (score - ${isPositive})`,
  }
}

/** A class without a score has 0. Where only the most frequent classes have columns, other labels cannot be scored. */
function multiclassLoss(byClass: readonly { category: string; score: string }[]): RowLoss {
  const position = `indexOf([${byClass.map(({ category }) => literal(category)).join(', ')}], toString(label))`
  const own = `ifNull([${byClass.map(({ score }) => score).join(', ')}][${position}], 0.0)`
  const squares = byClass.map(({ score }) => `ifNull(${score} * ${score}, 0.0)`)
  const given = `isNotNull(coalesce(${byClass.map(({ score }) => score).join(', ')}))`
  return {
    ...NOTHING,
    scored: byClass.length < MAX_CLASSES ? given : `${given} AND ${position} > 0`,
    loss: logLoss(own),
    brier: `${squares.join(' + ')} - 2 * ${own} + 1`,
  }
}

function logLoss(probability: string): string {
  return `-log(least(greatest(${probability}, ${MIN_SCORE}), 1 - ${MIN_SCORE}))`
}
