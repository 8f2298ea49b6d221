import { performanceData } from '../charts/answers/performance.ts'
import type { PerformanceData } from '../charts/data.ts'
import { formatHours } from './format.ts'
import { thresholdsOf, type Thresholds } from '../domain/thresholds.ts'
import type { Answer } from './queries/answer.ts'

type Performance = Answer<'getPerformance'>
type Monitor = Answer<'listMonitors'>['monitors'][number]
type MetricName = Performance['primary']

/** The metrics that there are, the one that decides first. */
export function metricsOf({ primary, baseline, total }: Performance): MetricName[] {
  const others = [...Object.keys(baseline.metrics), ...Object.keys(total.metrics)] as MetricName[]
  return [...new Set([primary, ...others])]
}

/** The monitor that tells of losses: the chosen one where it does, else the first that does. */
export function watcherOf(monitors: readonly Monitor[], chosen: string | undefined): Monitor | undefined {
  const watching = monitors.filter(({ checks = [] }) => checks.includes('performance'))
  return watching.find(({ name }) => name === chosen) ?? watching[0]
}

/** What no alert tells of; undefined where a monitor checks performance. */
export function unwatchedWords(monitors: readonly Monitor[]): string | undefined {
  if (watcherOf(monitors, undefined) !== undefined) return undefined
  const advice = 'Add performance to the checks of a monitor.'
  return monitors.some(({ checks = [] }) => checks.includes('expected_performance'))
    ? `Only expected performance is checked, so a loss that predictions do not foretell does not trigger an alert. ${advice}`
    : `No monitor checks performance, so a loss does not trigger an alert. ${advice}`
}

/** From which values of the metric on a loss counts: thresholds are shares of the baseline's value. */
export function lossThresholds(primary: MetricName, baseline: number, monitor: Monitor): Thresholds {
  const { warning, critical } = thresholdsOf(monitor, 'performance')
  const sign = primary === 'accuracy' ? -1 : 1
  return { warning: baseline * (1 + sign * warning), critical: baseline * (1 + sign * critical) }
}

/** What the chart of one metric shows. Only the metric that decides has thresholds. */
export function performanceChart(
  performance: Performance,
  metric: MetricName,
  watcher: Monitor | undefined,
): PerformanceData {
  const { baseline, primary } = performance
  const usual = baseline.metrics[metric]?.value
  const thresholds =
    metric === primary && usual !== undefined && watcher !== undefined
      ? lossThresholds(primary, usual, watcher)
      : undefined
  return performanceData(performance, metric, thresholds)
}

/** What there is to show, or why there is nothing. */
export type PerformanceState = 'no_events' | 'immature' | 'no_labels' | 'no_scores' | 'measured'

export function stateOf({ total, points }: Performance): PerformanceState {
  if (total.predictions === 0) return 'no_events'
  if (total.labelled > 0) return Object.keys(total.metrics).length > 0 ? 'measured' : 'no_scores'
  // While it is not known how long labels take, it cannot be said that they had no time.
  const isDue = points.some(({ predictions, mature }) => predictions > 0 && mature !== false)
  return isDue ? 'no_labels' : 'immature'
}

/** How long labels take to arrive, in a sentence. */
export function labelDelayWords(delay: Performance['label_delay']): string {
  if (delay === null)
    return 'The label delay is not known yet. It is measured once 200 labels have arrived, or you can declare it as label_delay of a monitor.'
  const time = formatHours(delay.hours)
  return delay.source === 'declared'
    ? `Labels are given ${time} to arrive, as declared by a monitor.`
    : `Nine out of ten labels have arrived within ${time}.`
}

const NO_ESTIMATE: Record<NonNullable<Performance['no_estimate']>, string> = {
  no_predictions_in_baseline:
    'Performance cannot be estimated before labels arrive: the baseline has no predictions. Create a baseline with a prediction column.',
  no_errors_in_baseline:
    'Performance cannot be estimated before labels arrive: an earlier release made the baseline, without errors by prediction. Create it again.',
  no_scores_in_baseline:
    'Performance cannot be estimated before labels arrive: the baseline has no scores. Create a baseline with a score column.',
  positive_class_unknown:
    'Performance cannot be estimated before labels arrive: the model does not declare which class its score is the probability of. Declare that class as "positive" and create a new baseline.',
}

/** Why performance is not estimated before labels arrive; undefined if it is. */
export const noEstimateWords = ({ no_estimate }: Performance) =>
  no_estimate === null ? undefined : NO_ESTIMATE[no_estimate]
