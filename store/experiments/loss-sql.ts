import type { Task } from '../../control/declared/model.ts'
import { EXPERIMENT_CLIP, EXPERIMENT_LARGEST_LOSS, type ExperimentMetric } from '../../domain/experiment.ts'
import { float, literal } from '../engine/sql.ts'

/** The columns of a labelled prediction, as expressions: with aliases of their tables, where two versions are joined. */
export interface LossColumns {
  prediction: string
  score: string
  scores: string
  label: string
}

/**
 * What one row loses, as an expression over it: of type `Nullable(Float64)`, and null where the row lacks a label or what
 * the metric is made of.
 * @param positive the class that binary scores are the probability of
 */
export function experimentLoss(
  metric: ExperimentMetric,
  { task, positive }: { task: Task; positive?: string | undefined },
  columns: LossColumns,
): string {
  const loss = lossOf(metric, task, positive, columns)
  if (loss === undefined) return NOTHING
  const { value, given } = loss
  const usable = `isNotNull(${columns.label}) AND ${given} AND abs(${value}) < ${float(EXPERIMENT_LARGEST_LOSS)}`
  return `if(ifNull(${usable}, 0), toNullable(toFloat64(assumeNotNull(${value}))), NULL)`
}

const NOTHING = "CAST(NULL, 'Nullable(Float64)')"

interface Loss {
  value: string
  /** Whether the row has what the loss is made of. */
  given: string
}

function lossOf(
  metric: ExperimentMetric,
  task: Task,
  positive: string | undefined,
  { prediction, score, scores, label }: LossColumns,
): Loss | undefined {
  const error = `(${prediction} - ${label})`
  const isPositive = `(${label} = ${literal(positive ?? '')})`
  const own = `${scores}[toString(assumeNotNull(${label}))]`
  if (task === 'regression') {
    if (metric === 'squared_error') return { value: `${error} * ${error}`, given: `isFinite(${error})` }
    return metric === 'absolute_error' ? { value: `abs(${error})`, given: `isFinite(${error})` } : undefined
  }
  switch (metric) {
    case 'accuracy':
      return { value: `(${prediction} != ${label})`, given: `isNotNull(${prediction})` }
    case 'log_loss':
      if (task === 'multiclass') return { value: logLoss(own), given: `notEmpty(${scores})` }
      if (positive === undefined) return undefined
      return { value: logLoss(`if(${isPositive}, ${score}, 1 - ${score})`), given: `isNotNull(${score})` }
    case 'brier':
      if (task === 'multiclass') {
        const squares = `arraySum(score -> score * score, mapValues(${scores}))`
        return { value: `(${squares} - 2 * ${own} + 1)`, given: `notEmpty(${scores})` }
      }
      if (positive === undefined) return undefined
      return {
        value: `(${score} - ${isPositive}) * (${score} - ${isPositive})`,
        given: `isNotNull(${score})`,
      }
    default:
      return undefined
  }
}

function logLoss(probability: string): string {
  return `-log(least(greatest(${probability}, ${float(EXPERIMENT_CLIP)}), ${float(1 - EXPERIMENT_CLIP)}))`
}

/**
 * The sums of an hour over an expression of `experimentLoss`, or over the difference of two, as selected columns `n, sum,
 * squares`. The squares are about the hour's own mean. Rows without a loss do not count.
 */
export function hourSums(loss: string): string {
  const squares = `varPopStable(${loss}) * count(${loss})`
  return `count(${loss}) AS n, ifNull(sum(${loss}), 0.0) AS sum, if(n = 0, 0.0, ifNull(${squares}, 0.0)) AS squares`
}
