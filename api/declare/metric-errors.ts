import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { wrongMetric } from '../../control/declared/performance-metric.ts'

/** Why the metric cannot decide on the performance of the model, if it cannot. */
export function metricErrors({ task }: Pick<Model, 'task'>, { performance }: Pick<Monitor, 'performance'>) {
  const message = performance && wrongMetric(task, performance.metric)
  return message === undefined ? [] : [{ path: 'performance.metric', message }]
}
