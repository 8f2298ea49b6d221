import { DAY_MS } from '../domain/time.ts'
import { evaluateAlerts } from '../alerts/state/evaluate-alerts.ts'
import { DATA_KIND, NO_DATA_FINDING } from '../alerts/state/policy.ts'
import { followAlerts } from '../alerts/retraining/follow-alerts.ts'
import { retrainedVersions } from '../alerts/retraining/retrained.ts'
import { verdictForAlerts, type MemberEvaluation } from '../alerts/state/window-verdict.ts'
import { describeBaseline, chosenBaseline } from '../detectors/run/compared-baseline.ts'
import { streamsOf } from '../detectors/run/kinds.ts'
import type { Counter } from '../detectors/rollup/counter.ts'
import type { LabelDelay } from '../detectors/run/label-delay.ts'
import { resolveLabelDelay } from '../detectors/run/resolve-label-delay.ts'
import type { Reference } from '../detectors/run/run-request.ts'
import { runAgainst } from '../detectors/run/run.ts'
import { dueEnds, endsBetween, runsBefore } from '../detectors/run/schedule.ts'
import { checkForData, PREDICTIONS_CAME, type DataCheck } from '../detectors/run/overdue.ts'
import type { Member } from '../control/alerting/alert-event.ts'
import type { Baseline } from '../control/declared/baselines.ts'
import { baselineColumns } from '../store/profiles/baselines.ts'
import { scoredClass } from '../store/profiles/class-scores.ts'
import { insertEvaluation, lastEvaluatedEnd, SETTLED, staleEnds } from '../store/results/evaluations.ts'
import type { Model } from '../control/declared/model.ts'
import type { Models } from '../store/models.ts'
import { LABEL_KINDS } from '../domain/drift-kind.ts'
import { monitors, type Monitor } from '../control/declared/monitor.ts'
import { longestWindow, windowStart } from '../domain/monitor-window.ts'
import type { DecidingMetric } from '../control/declared/performance-metric.ts'
import type { Stream } from '../store/profiles/profiles.ts'
import type { Result } from '../store/results/results.ts'
import { parseSegmentKey } from '../store/profiles/segments.ts'
import type { Store } from '../store/engine/client.ts'
import { endUnwatched } from './end-unwatched.ts'
import { noteOutcome, type FailureContext } from './monitor-failures.ts'
import { CODE_VERSION } from './version.ts'

export interface SchedulerContext extends FailureContext {
  models: Models
  counter: Counter
  /** Names of monitors with more than one window to evaluate, while that lasts: nobody is told of one that is past. */
  catchingUp: Set<string>
  onResults?: ((results: readonly Result[]) => void) | undefined
  /** Ends the tick between two windows; what is left is due at the next one. */
  signal?: AbortSignal | undefined
}

/** Late rows and labels are looked for in windows that ended at most so long before the newest. */
const RECOMPUTED_MS = 30 * DAY_MS
/** Of the windows that are computed again only so many of the newest go through the alerts anew. */
const REENTERED = 3

/**
 * One tick: counts what changed, then evaluates every window that is due or has changed since. What is due
 * follows from what is stored, so a tick can be cut off anywhere and the next one goes on. `now` is the time
 * that is evaluated at; in a replay it lies in the past.
 */
export async function tick(context: SchedulerContext, now: Date): Promise<void> {
  const { store, models, log, counter } = context
  for (const model of await models.list()) {
    try {
      const hours = await counter(model, now)
      if (hours > 0) log.debug({ model: model.name, hours }, 'rolled up')
    } catch (error) {
      log.error({ err: error, model: model.name }, 'the roll-up failed; the next tick tries again')
    }
  }
  const watching: Monitor[] = []
  for (const monitor of await monitors.list(store.control)) {
    const model = await models.find(monitor.model)
    if (model === undefined) continue
    watching.push(monitor)
    let failed: Stream | undefined
    for (const stream of streamsOf(monitor))
      if (!(await runStream(context, model, monitor, stream, now))) failed = stream
    if (context.signal?.aborted) return
    await noteOutcome(context, { monitor, failed, now })
  }
  await endUnwatched(store, watching, now, context.fence)
}

/** Evaluates all that is due of one stream of a monitor; false where it failed. */
async function runStream(
  context: SchedulerContext,
  model: Model,
  monitor: Monitor,
  stream: Stream,
  now: Date,
): Promise<boolean> {
  const { store, log, catchingUp } = context
  try {
    const baseline = await chosenBaseline(store, monitor)
    const labelDelay =
      stream === 'labels' && baseline !== undefined
        ? await resolveLabelDelay(store, monitor, baseline, now)
        : undefined
    // Windows at which it was not known how long labels take end later than those that wait for them.
    const counted = labelDelay === undefined ? SETTLED : (['evaluated', 'no_data'] as const)
    const last = await lastEvaluatedEnd(store, monitor.name, stream, counted)
    const stale =
      last === undefined || baseline === undefined
        ? []
        : await changedEnds(store, monitor, baseline, stream, last)
    const ends = [...stale, ...dueEnds(monitor, last, now, labelDelay?.delay)]
    if (ends.length === 0) return true
    const reference = baseline && { baseline, columns: await baselineColumns(store, model, baseline) }
    if (ends.length > 1) catchingUp.add(monitor.name)
    for (const end of ends) {
      if (context.signal?.aborted) return true
      const live = last === undefined || end > runsBefore(monitor, last, REENTERED)
      const mode = live ? 'live' : 'quiet'
      await evaluateWindow(context, { model, monitor, stream, end, labelDelay, now, mode, reference })
    }
    return true
  } catch (error) {
    log.error(
      { err: error, monitor: monitor.name, part: stream },
      'the monitor failed; the next tick continues where it stopped',
    )
    return false
  } finally {
    catchingUp.delete(monitor.name)
  }
}

/** Windows to compute again: those that changed, and after one that re-enters the alerts all that followed it. */
async function changedEnds(
  store: Store,
  monitor: Monitor,
  baseline: Baseline,
  stream: Stream,
  last: Date,
): Promise<Date[]> {
  const query = {
    monitor: monitor.name,
    model: monitor.model,
    baseline: baseline.version,
    binning: baseline.binning,
    stream,
    windowMs: longestWindow(monitor),
  }
  const oldestLive = runsBefore(monitor, last, REENTERED - 1)
  const from = new Date(Math.max(0, Math.min(last.getTime() - RECOMPUTED_MS, oldestLive.getTime())))
  const stale = await staleEnds(store, { ...query, from, to: last })
  const first = stale.find((end) => end >= oldestLive)
  if (first === undefined) return stale
  return [...stale.filter((end) => end < first), first, ...endsBetween(monitor, first, last)]
}

interface Window {
  model: Model
  monitor: Monitor
  stream: Stream
  end: Date
  /** Of labels; undefined where it is not known. */
  labelDelay: LabelDelay | undefined
  now: Date
  mode: 'live' | 'quiet'
  /** Undefined where the model has no active baseline. */
  reference: Reference | undefined
}

/** Results, then the events that follow from them, then the mark that the window is done with: a crash repeats it. */
async function evaluateWindow(
  context: SchedulerContext,
  { model, monitor, stream, end, labelDelay, now, mode, reference }: Window,
): Promise<void> {
  const { store } = context
  const done = { monitor: monitor.name, stream, windowEnd: end, evaluatedAt: now }
  if (reference === undefined) {
    await insertEvaluation(store, {
      ...done,
      status: 'no_baseline',
      detail: 'the model does not have this baseline, or has no active one',
    })
    return
  }
  const request = { store, model, monitor, stream, end, labelDelay, now, codeVersion: CODE_VERSION }
  const { baseline } = reference
  const { results, rows, baselines } = await runAgainst(reference, request)
  context.onResults?.(results)
  const data =
    stream === 'predictions' && rows === 0
      ? await checkForData(store, monitor, windowStart(monitor, end), end)
      : PREDICTIONS_CAME
  const finding = stream === 'predictions' ? [dataFinding(end, data)] : []
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
    evaluations: [...results.map(toEvaluation), ...finding],
    kinds: KINDS[stream],
    watches: (member) =>
      member.kind === DATA_KIND ||
      (watches(model, monitor, member) && isSliced(model, monitor, member, results)),
    baselineOf: (version) => describeBaseline(monitor, baselines.get(version) ?? baseline, version),
    importance: ({ kind, column }) =>
      kind === 'feature' || kind === 'concept' ? importance.get(column) : undefined,
    fence: context.fence,
    retrained: monitor.retrain && (await retrainedVersions(store, monitor.name)),
    now,
  })
  if (mode === 'live') await followAlerts({ store, monitor, windowEnd: end, kinds: KINDS[stream], now })
  const awaiting = stream === 'labels' && labelDelay === undefined
  const status = data.isMissing ? 'no_data' : awaiting ? 'awaiting_labels' : 'evaluated'
  await insertEvaluation(store, { ...done, status, detail: '', baseline: baseline.version })
}

/** The kinds that each stream evaluates; it leaves the alerts of the others alone. */
const KINDS: Record<Stream, readonly string[]> = {
  predictions: ['feature', 'prediction', DATA_KIND],
  labels: LABEL_KINDS,
}

/** Whether the monitor still checks a member, so that an alert on what is gone does not fire for ever. */
function watches({ features }: Model, { checks, performance }: Monitor, { kind, column }: Member): boolean {
  if (kind === 'performance' && !decides(performance?.metric, column)) return false
  const isFeature = features.some(({ name }) => name === column)
  const declared = kind === 'concept' ? isFeature || isOutcome(column) : kind !== 'feature' || isFeature
  return declared && checks.some((check) => check === kind)
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
