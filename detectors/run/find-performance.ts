import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Task } from '../../control/declared/model.ts'
import { windowStart, windowStarts } from '../../domain/monitor-window.ts'
import type { DecidingMetric } from '../../control/declared/performance-metric.ts'
import { evaluateExtending } from './extend.ts'
import { labelledCount, type LabelledWindows } from './labelled-windows.ts'
import { rounded, type Finding, type WindowRequest } from './run-request.ts'
import {
  explainedSentence,
  explainSides,
  type ExplainedInput,
} from '../performance/explain-loss/explain-sides.ts'
import type { Verdict } from '../../domain/verdict.ts'
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
  /** What a breach is explained by; absent without one, and from results of earlier releases. */
  explained?: ExplainedInput
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
  const findings = await evaluateExtending({
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
        identity: { baseline: identityOf(baseline), window: identityOf(window) },
      }
      return { outcome, isShort: performanceWantsLongerWindow(judgement, rule) }
    },
  })
  return Promise.all(findings.map((finding) => explained(finding, labelled, columns, metric)))
}

const EXPLAINED: ReadonlySet<string> = new Set<Verdict>(['warning', 'critical', 'unconfirmed'])

/** Says of what may be a loss where it comes from. */
async function explained(
  finding: Finding,
  labelled: LabelledWindows,
  columns: readonly BaselineColumn[],
  metric: DecidingMetric,
): Promise<Finding> {
  if (!EXPLAINED.has(finding.verdict)) return finding
  const sides = await labelled.losses(finding.start)
  const { explained, input } = explainSides(sides, columns, labelled.scale, metric)
  const sentence = explained.status === 'explained' ? ` ${explainedSentence(metric, explained, input)}` : ''
  return {
    ...finding,
    explanation: finding.explanation + sentence,
    evaluation: { ...(finding.evaluation as object), explained },
    inputs: { ...(finding.inputs as PerformanceInput), ...(input && { explained: input }) },
  }
}

function identityOf({ losses, confusion, scores }: PerformanceSums) {
  const { rows, scored, judged, hits, loss, brier, absolute } = losses
  return [rows, scored, judged, hits, rounded([loss, brier, absolute]), confusion, scores]
}
