import { z } from 'zod'
import type { Task } from './model.ts'

/** The metrics that can decide on performance: those with a one-sided test that holds with few rows. */
export const DECIDING_METRICS = ['log_loss', 'brier', 'accuracy', 'rmse', 'mae'] as const
export type DecidingMetric = (typeof DECIDING_METRICS)[number]

/** Those that a task has, the default first where predictions have scores. */
export const METRICS_OF: Record<Task, readonly DecidingMetric[]> = {
  binary: ['log_loss', 'brier', 'accuracy'],
  multiclass: ['log_loss', 'brier', 'accuracy'],
  regression: ['rmse', 'mae'],
}

/** Those of them that scores or predictions tell before labels come, the default first. */
const EXPECTED_METRICS_OF: Record<Task, readonly [DecidingMetric, ...DecidingMetric[]]> = {
  binary: ['log_loss', 'brier', 'accuracy'],
  multiclass: ['accuracy'],
  regression: ['rmse', 'mae'],
}

/** The metric of expected performance: the one that decides on performance where it can be estimated, or the default. */
export function expectedMetric(task: Task, chosen: DecidingMetric | undefined): DecidingMetric {
  const known = EXPECTED_METRICS_OF[task]
  return known.find((metric) => metric === chosen) ?? known[0]
}

/** How a monitor checks performance. */
export const performanceCheckSchema = z.strictObject({ metric: z.enum(DECIDING_METRICS) })

/** Why a metric does not go with a task, if it does not. */
export function wrongMetric(task: Task, metric: DecidingMetric): string | undefined {
  const known = METRICS_OF[task]
  if (known.includes(metric)) return undefined
  const names = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
  return `"${metric}" is not available for a ${task} model: use ${names}`
}
