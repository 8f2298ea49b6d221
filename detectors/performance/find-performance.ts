import type { BaselineColumn } from '../../store/baselines.ts'
import { evaluateExtending } from '../extend.ts'
import { labelledCount, type LabelledWindows } from '../labelled-windows.ts'
import type { Finding, RunRequest } from '../run-request.ts'
import { explainPerformance } from './explain-performance.ts'
import {
  judgePerformance,
  performanceWantsLongerWindow,
  primaryMetric,
  type PerformanceRule,
} from './judge-performance.ts'
import { performanceMetrics } from './metrics.ts'
import { performanceSums } from './sums.ts'

/** Whether the model does worse than on the baseline, by the metric that decides; the others are told beside it. */
export async function findPerformance(
  { model, monitor, end }: RunRequest,
  labelled: LabelledWindows,
  columns: readonly BaselineColumn[],
  rule: PerformanceRule,
): Promise<Finding[]> {
  const baseline = performanceSums(labelled.baseline, columns, labelled.scale)
  const metric = primaryMetric(model.task, baseline.losses)
  return evaluateExtending({
    window: monitor.window,
    end,
    subjects: [metric],
    read: labelled.from,
    hasRows: (profiles) => labelledCount(profiles) > 0,
    evaluate: (_, profiles, start) => {
      const window = performanceSums(profiles, columns, labelled.scale)
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
        inputs: { task: model.task, metric, baseline, window },
        identity: [window.losses.rows, window.losses.hits, window.confusion, window.scores],
      }
      return { outcome, isShort: performanceWantsLongerWindow(judgement, rule) }
    },
  })
}
