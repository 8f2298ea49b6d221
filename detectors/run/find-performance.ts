import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Task } from '../../control/declared/model.ts'
import { windowStart, windowStarts } from '../../domain/monitor-window.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { evaluateExtending } from './extend.ts'
import { labelledCount, type LabelledWindows } from './labelled-windows.ts'
import type { Finding, WindowRequest } from './run-request.ts'
import { explainPerformance } from '../performance/explain-performance.ts'
import {
  judgePerformance,
  performanceWantsLongerWindow,
  primaryMetric,
  type PerformanceRule,
} from '../performance/judge-performance.ts'
import { performanceMetrics, type PerformanceSums } from '../performance/metrics.ts'
import { performanceSums } from '../performance/sums.ts'

/** What performance is judged by, as it is stored with the result. */
export interface PerformanceInput {
  task: Task
  metric: DecidingMetric
  baseline: PerformanceSums
  window: PerformanceSums
}

/** The metric that decides on the whole model, and so on every part of it: the monitor's, or what the baseline has. */
export async function decidingMetric(
  { model, monitor, end }: WindowRequest,
  { scale, from }: LabelledWindows,
  columns: readonly BaselineColumn[],
): Promise<DecidingMetric> {
  if (monitor.performance !== undefined) return monitor.performance.metric
  const { baseline } = await from(windowStart(monitor, end))
  return primaryMetric(model.task, performanceSums(baseline, columns, scale).losses)
}

/** Whether the model does worse than on the baseline, by the metric that decides; the others are told beside it. */
export async function findPerformance(
  { model, monitor, end }: WindowRequest,
  labelled: LabelledWindows,
  columns: readonly BaselineColumn[],
  metric: DecidingMetric,
  rule: PerformanceRule,
): Promise<Finding[]> {
  const sumsOf = (profiles: readonly LabelledColumn[]) => performanceSums(profiles, columns, labelled.scale)
  return evaluateExtending({
    starts: windowStarts(monitor, end),
    subjects: [metric],
    read: labelled.from,
    hasRows: ({ window }) => labelledCount(window) > 0,
    evaluate: (_, sides, start) => {
      const [baseline, window] = [sumsOf(sides.baseline), sumsOf(sides.window)]
      const judgement = judgePerformance(metric, baseline.losses, window.losses, rule)
      const [before, now] = [baseline, window].map((sums) => performanceMetrics(model.task, sums))
      const values = Object.entries(now).map(([name, { value }]) => [name, value] as const)
      const { verdict, reason, effect, noiseFloor } = judgement
      const outcome: Finding = {
        kind: 'performance',
        column: metric,
        start,
        verdict,
        reason,
        explanation: explainPerformance(judgement, rule),
        effect,
        noiseFloor,
        statistics: Object.fromEntries(values),
        evaluation: { ...judgement, metrics: { baseline: before, window: now } },
        rule,
        inputs: { task: model.task, metric, baseline, window } satisfies PerformanceInput,
        hours: sides.hours,
        identity: { baseline: countsOf(baseline), window: countsOf(window) },
      }
      return { outcome, isShort: performanceWantsLongerWindow(judgement, rule) }
    },
  })
}

function countsOf({ losses: { rows, scored, judged, hits }, confusion, scores }: PerformanceSums) {
  return [rows, scored, judged, hits, confusion, scores]
}
