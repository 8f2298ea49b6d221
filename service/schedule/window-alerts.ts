import { dataEvaluations } from '../../alerts/state/data-evaluations.ts'
import { evaluateAlerts } from '../../alerts/state/evaluate-alerts.ts'
import { ERROR_FINDING, NO_DATA_FINDING } from '../../alerts/state/policy.ts'
import { followAlerts } from '../../alerts/retraining/follow-alerts.ts'
import { retrainedVersions } from '../../alerts/retraining/retrained.ts'
import { verdictForAlerts, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import type { Member } from '../../control/alerting/alert-event.ts'
import type { Fence } from '../../control/alerting/insert-alert-events.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { expectedMetric, type DecidingMetric } from '../../control/declared/performance-metric.ts'
import { columnOfFinding, isModelFinding } from '../../domain/data-finding.ts'
import { findChangeStart } from '../../detectors/change-start/find-change-start.ts'
import { describeBaseline } from '../../detectors/run/compared-baseline.ts'
import type { LabelDelay } from '../../detectors/run/label-delay.ts'
import { checkForData, PREDICTIONS_CAME, type DataCheck } from '../../detectors/run/overdue.ts'
import type { Reference } from '../../detectors/run/run-request.ts'
import type { RunOutcome } from '../../detectors/run/run.ts'
import { WHOLE } from '../../detectors/run/slices.ts'
import { DATA_KIND, LABEL_KINDS } from '../../domain/drift-kind.ts'
import { windowStart } from '../../domain/monitor-window.ts'
import type { Store } from '../../store/engine/client.ts'
import { scoredClass } from '../../store/profiles/class-scores.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { parseSegmentKey } from '../../store/profiles/segments.ts'
import type { WindowEvaluation } from '../../store/results/evaluations.ts'
import type { Result } from '../../store/results/results.ts'

/** A window of one stream of a monitor. */
export interface Window {
  model: Model
  monitor: Monitor
  stream: Stream
  end: Date
  /** Of labels; undefined where it is not known. */
  labelDelay: LabelDelay | undefined
  mode: 'live' | 'quiet'
  /** Undefined where the model has no active baseline. */
  reference: Reference | undefined
}

export interface AlertsContext {
  store: Store
  /** Refuses to store anything once another process evaluates. */
  fence?: Fence | undefined
}

/** How a window ended. */
export type Ending = Pick<WindowEvaluation, 'status' | 'detail' | 'baseline'>

/** Takes a window whose results are stored through its alerts. */
export async function followWindow(
  { store, fence }: AlertsContext,
  { model, monitor, stream, end, labelDelay, mode, reference }: Window,
  { results, rows, baselines }: RunOutcome,
  now: Date,
): Promise<Ending> {
  const baseline = baselines.get(WHOLE.version)!
  const data =
    stream === 'predictions' && rows === 0
      ? await checkForData(store, monitor, windowStart(monitor, end), end)
      : PREDICTIONS_CAME
  const finding = stream === 'predictions' ? [dataFinding(end, data)] : []
  const kinds = KINDS[stream].filter(
    (kind) => kind === DATA_KIND || monitor.checks.some((one) => one === kind),
  )
  const importance = new Map(model.features.map((feature) => [feature.name, feature.importance]))
  await evaluateAlerts({
    store,
    mode,
    monitor: {
      name: monitor.name,
      model: model.name,
      alert: monitor.alert,
    },
    windowEnd: end,
    evaluations: [
      ...results.filter(({ kind }) => kind !== DATA_KIND).map(toEvaluation),
      ...dataEvaluations(results, end),
      ...finding,
    ],
    kinds,
    watches: (member) => watches(model, monitor, member) && isSliced(model, monitor, member, results),
    baselineOf: (version) => describeBaseline(monitor, baselines.get(version) ?? baseline, version),
    importance: ({ kind, column }) =>
      kind === 'feature' || kind === 'concept' ? importance.get(column) : undefined,
    fence,
    retrained: monitor.retrain && (await retrainedVersions(store, monitor.name)),
    now,
  })
  if (mode === 'live')
    await followAlerts({
      store,
      monitor,
      windowEnd: end,
      kinds,
      findChange: async (event) =>
        reference && findChangeStart({ store, model, monitor, end }, reference, event),
      now,
    })
  const awaiting = stream === 'labels' && labelDelay === undefined
  const status = data.isMissing ? 'no_data' : awaiting ? 'awaiting_labels' : 'evaluated'
  return { status, detail: '', baseline: baseline.version }
}

/** The kinds that each stream evaluates; it leaves the alerts of the others alone, and of those that are not checked. */
const KINDS: Record<Stream, readonly string[]> = {
  predictions: ['feature', 'prediction', 'expected_performance', DATA_KIND],
  labels: LABEL_KINDS,
}

/** Whether the monitor still checks a member of a kind that it checks, so that an alert on what is gone does not fire for ever. */
function watches(
  { task, features }: Model,
  { checks, performance }: Monitor,
  { kind, column }: Member,
): boolean {
  if (kind === DATA_KIND) return watchesData(features, checks, column)
  if (kind === 'performance' && !decides(performance?.metric, column)) return false
  if (kind === 'expected_performance' && column !== expectedMetric(task, performance?.metric)) return false
  const isFeature = features.some(({ name }) => name === column)
  return kind === 'concept' ? isFeature || isOutcome(column) : kind !== 'feature' || isFeature
}

/** That no data come, or that the monitor fails, is watched whatever the monitor checks. */
function watchesData(features: Model['features'], checks: Monitor['checks'], column: string): boolean {
  if (column === NO_DATA_FINDING || column === ERROR_FINDING) return true
  const subject = columnOfFinding(column)
  const isKnown =
    isModelFinding(column) ||
    subject.kind === 'prediction' ||
    features.some(({ name }) => name === subject.column)
  return isKnown && checks.includes('quality')
}

/** Whether the metric may be the one that decides; which of the defaults does, the baseline says. */
function decides(chosen: DecidingMetric | undefined, metric: string): boolean {
  return chosen === undefined ? ['log_loss', 'accuracy', 'rmse'].includes(metric) : metric === chosen
}

/** Whether the monitor still looks at the segment or version; at a version as long as it has rows in the window. */
function isSliced(
  model: Model,
  { segments, by_version }: Monitor,
  { segment, version }: Member,
  results: readonly Result[],
): boolean {
  const column = parseSegmentKey(segment)?.column
  if (column !== undefined) return segments.includes(column) && model.segments.includes(column)
  return version === '' || (by_version && results.some((result) => result.version === version))
}

/** Whether a column is what a model says, whatever its features are called. */
function isOutcome(column: string): boolean {
  return column === 'prediction' || column === 'score' || scoredClass(column) !== undefined
}

function toEvaluation({
  kind,
  column,
  segment,
  version,
  windowEnd,
  verdict: stored,
  reason,
  explanation,
  effect,
  id,
}: Result): MemberEvaluation {
  const verdict = verdictForAlerts(stored as MemberEvaluation['verdict'], reason)
  return { kind, column, segment, version, windowEnd, verdict, explanation, effect, resultId: id }
}

function dataFinding(windowEnd: Date, { isMissing, explanation }: DataCheck): MemberEvaluation {
  const member = { kind: DATA_KIND, column: NO_DATA_FINDING, segment: '', version: '' }
  return { ...member, windowEnd, verdict: isMissing ? 'warning' : 'ok', explanation }
}
