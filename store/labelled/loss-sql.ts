import { MAX_CLASSES, scoredClass } from '../profiles/class-scores.ts'
import type { LabelScale } from './label-scale.ts'
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

/** The sums of `LossSums`, in the order in which they are stored: see `lossSumsOf`. */
export function lossAggregates(scale: LabelScale, columns: readonly BinnedColumn[]) {
  const { scored, loss, brier, absolute } = rowLoss(scale, columns)
  const judges = scale.kind === 'classes' && columns.some(({ role }) => role === 'prediction')
  const [judged, hits] = judges ? ['isNotNull(prediction)', 'prediction = label'] : ['0', '0']
  const over = (value: string) => `sumIf(ifNull(${value}, 0.0), is_scored)`
  return {
    definitions: [
      `ifNull(${scored}, 0) AS is_scored`,
      `${loss} AS loss`,
      `${brier} AS brier`,
      `${absolute} AS absolute`,
    ],
    selections: [
      `[count(), countIf(is_scored), countIf(${judged}), countIf(${hits})] AS loss_counts`,
      `[${over('loss')}, ${over('brier')}, ${over('absolute')}] AS loss_sums`,
      `[${over('loss * loss')}, ${over('brier * brier')}] AS loss_squares`,
    ],
    counts: 'loss_counts',
    sums: 'loss_sums',
    squares: 'loss_squares',
  }
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
