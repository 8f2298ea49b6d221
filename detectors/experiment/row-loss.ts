import type { Task } from '../../control/declared/model.ts'
import { EXPERIMENT_CLIP, EXPERIMENT_LARGEST_LOSS, type ExperimentMetric } from '../../domain/experiment.ts'

/** A labelled prediction of one version. */
export interface LabelledRow {
  prediction: string | number | null
  /** Of the positive class. */
  score: number | null
  /** Of each class; one that is absent has 0. */
  scores: Readonly<Record<string, number>>
  label: string | number | null
}

export interface LossTask {
  task: Task
  /** The class that binary scores are the probability of. */
  positive?: string | undefined
}

/**
 * What one prediction loses; undefined where it lacks a label, or what the metric is made of. Less is better. The
 * definition that the SQL of store/experiments is tested against.
 */
export function rowLoss(metric: ExperimentMetric, row: LabelledRow, task: LossTask): number | undefined {
  if (row.label === null) return undefined
  const loss = lossOf(metric, row, task)
  return loss !== undefined && Math.abs(loss) < EXPERIMENT_LARGEST_LOSS ? loss : undefined
}

function lossOf(metric: ExperimentMetric, row: LabelledRow, task: LossTask): number | undefined {
  const { prediction, label } = row
  if (task.task === 'regression') {
    if (typeof prediction !== 'number' || typeof label !== 'number') return undefined
    if (metric === 'squared_error') return (prediction - label) ** 2
    return metric === 'absolute_error' ? Math.abs(prediction - label) : undefined
  }
  if (metric === 'accuracy') return prediction === null ? undefined : Number(prediction !== label)
  if (task.task === 'multiclass') return multiclassLoss(metric, row)
  return task.positive === undefined ? undefined : binaryLoss(metric, row, task.positive)
}

function binaryLoss(
  metric: ExperimentMetric,
  { score, label }: LabelledRow,
  positive: string,
): number | undefined {
  if (score === null) return undefined
  const isPositive = label === positive
  if (metric === 'log_loss') return logLoss(isPositive ? score : 1 - score)
  return metric === 'brier' ? (score - Number(isPositive)) ** 2 : undefined
}

function multiclassLoss(metric: ExperimentMetric, { scores, label }: LabelledRow): number | undefined {
  const given = Object.values(scores)
  if (given.length === 0) return undefined
  const own = Object.hasOwn(scores, String(label)) ? scores[String(label)] : 0
  if (metric === 'log_loss') return logLoss(own)
  if (metric !== 'brier') return undefined
  return given.reduce((sum, score) => sum + score * score, 0) - 2 * own + 1
}

function logLoss(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, EXPERIMENT_CLIP), 1 - EXPERIMENT_CLIP))
}
