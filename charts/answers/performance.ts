import { statisticName } from '../../domain/words/wording.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import type { PerformanceChange, PerformanceData, PerformancePoint } from '../data.ts'

/** What the API answers about performance, as far as a chart of one metric shows it. */
interface PerformanceAnswer<Metric extends string> {
  step: PerformanceData['step']
  baseline: { metrics: Partial<Record<Metric, { value: number | null }>> }
  points: readonly (Pick<PerformancePoint, 'time' | 'mature' | 'predictions' | 'labelled'> & {
    metrics: Partial<
      Record<Metric, Pick<PerformancePoint, 'value'> & Partial<Pick<PerformancePoint, 'low' | 'high'>>>
    >
    estimate: Partial<Record<Metric, number>> | null
  })[]
  changes: readonly (Omit<PerformanceChange, 'metric'> & { metric: Metric })[]
}

/** What the chart of one metric shows of an answer of the API. */
export function performanceData<Metric extends string>(
  { step, baseline, points, changes }: PerformanceAnswer<Metric>,
  metric: Metric,
  thresholds?: Thresholds,
): PerformanceData {
  return {
    metric: statisticName(metric),
    step,
    baseline: baseline.metrics[metric]?.value ?? null,
    thresholds,
    points: points.map(({ time, mature, predictions, labelled, metrics, estimate }) => ({
      time,
      mature,
      predictions,
      labelled,
      value: metrics[metric]?.value ?? null,
      low: metrics[metric]?.low ?? null,
      high: metrics[metric]?.high ?? null,
      estimate: estimate?.[metric] ?? null,
    })),
    changes: changes.map(({ time, detector, direction, metric: of, size }) => ({
      time,
      detector,
      direction,
      size,
      metric: statisticName(of),
    })),
  }
}
