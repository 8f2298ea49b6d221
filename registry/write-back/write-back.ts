import { currentAlerts } from '../../control/alerting/alert-events.ts'
import { monitors } from '../../control/declared/monitor.ts'
import type { Model } from '../../control/declared/model.ts'
import { putReport, readReport, type Report } from '../../control/registry/reports.ts'
import { currentVersion } from '../../control/registry/versions.ts'
import { lastEvaluations } from '../../store/results/evaluations.ts'
import { windowDigests, type WindowDigest } from '../../store/results/window-digests.ts'
import type { RegistryContext } from '../context.ts'
import { MlflowError } from '../mlflow/error.ts'
import { experimentNamed, logMetrics, metricHistory, runTagged, type Metric } from '../mlflow/runs.ts'
import { setVersionTag } from '../mlflow/versions.ts'
import { isLinked } from '../status.ts'
import { WEEK_MS } from '../../domain/time.ts'
import { markOf, metricsOf, monthOf, unwritten } from './metrics.ts'
import { nameOf, progressAfter, progressOf } from './progress.ts'
import { standingOf, tagsToSet, type Standing } from './tags.ts'

export interface WriteBackContext extends Pick<RegistryContext, 'store' | 'mlflow' | 'clock'> {
  /** Where people find an alert. */
  alertLink: (id: string) => string
}

/** What was written, and how MLflow failed where it did. */
export interface Written {
  metrics: number
  failures: { model: string; error: MlflowError }[]
}

const EXPERIMENT = 'driftgauge'
/** So many windows of a model are written at once; the next round goes on. */
const MAX_WINDOWS = 500

/** Writes how each model stands to its version in MLflow, and its results to a run of the month. */
export async function writeBack(
  context: WriteBackContext,
  models: readonly Model[],
  signal: AbortSignal,
): Promise<Written> {
  const { store } = context
  const written: Written = { metrics: 0, failures: [] }
  const linked = models.filter(isLinked)
  if (linked.length === 0) return written
  const standings = await readStandings(context)
  for (const model of linked) {
    const version = await currentVersion(store.control, model.name, model.mlflow)
    if (version === undefined) continue
    if (signal.aborted || written.failures.some(({ error }) => error.fault === 'unreachable')) break
    const report = await readReport(store.control, model.name)
    try {
      const tagged = await writeTags(context, report, { name: version.registered, version: version.version }, standings(model.name)) // prettier-ignore
      written.metrics += await writeMetrics(context, tagged)
    } catch (error) {
      if (!(error instanceof MlflowError)) throw error
      written.failures.push({ model: model.name, error })
    }
  }
  return written
}

async function readStandings({ store }: WriteBackContext): Promise<(model: string) => Standing> {
  const declared = await monitors.list(store.control)
  const alerts = await currentAlerts(store.control, { scope: 'alert' })
  const evaluations = await lastEvaluations(store)
  return (model) => {
    const own = new Set(declared.filter((monitor) => monitor.model === model).map(({ name }) => name))
    return standingOf(
      alerts.filter((alert) => alert.status === 'firing' && alert.model === model && own.has(alert.monitor)),
      evaluations.filter(({ monitor }) => own.has(monitor)),
    )
  }
}

/** Tags that were set before a crash are set again to the same. */
async function writeTags(
  { store, mlflow, clock, alertLink }: WriteBackContext,
  report: Report,
  version: { name: string; version: string },
  { status, alert }: Standing,
): Promise<Report> {
  const wanted = { version: version.version, status, alert: alert === undefined ? '' : alertLink(alert) }
  const { tags, after } = tagsToSet(report.tags, wanted, clock())
  if (tags.length === 0) return report
  for (const [key, value] of tags) await setVersionTag(mlflow, version, key, value)
  const next = { ...report, tags: after }
  await putReport(store.control, next)
  return next
}

/**
 * Writes the windows that were evaluated since the last ones that were written, the first time those of the last week. Returns
 * how many metrics that were. After a crash in between, they are found in MLflow.
 */
async function writeMetrics(context: WriteBackContext, report: Report): Promise<number> {
  const { store, clock } = context
  const { after, known } = progressOf(report)
  const digests = await windowDigests(store, {
    model: report.model,
    evaluatedAfter: after,
    endedAfter: after === undefined ? new Date(clock().getTime() - WEEK_MS) : undefined,
    limit: MAX_WINDOWS + known.size,
  })
  const due = digests.filter((digest) => known.get(nameOf(digest)) !== digest.evaluatedAt.getTime())
  if (due.length === 0) return 0
  let current = report
  let count = 0
  for (const [month, windows] of byMonth(due)) {
    current = await withRun(context, current, month)
    try {
      count += await writeMonth(context, current.runs[month], windows)
    } catch (error) {
      // Somebody may have deleted the run: the next round looks for one, or makes it.
      if (error instanceof MlflowError && error.fault !== 'unreachable') {
        const { [month]: _, ...runs } = current.runs
        await putReport(store.control, { ...current, runs })
      }
      throw error
    }
  }
  // Of all months at once: none of them is behind what is noted.
  await putReport(store.control, { ...current, progress: progressAfter(known, due) })
  return count
}

/** Writes windows to the run of their month: as a whole, or where it has them already, what has changed. */
async function writeMonth(
  { mlflow }: WriteBackContext,
  run: string,
  windows: readonly WindowDigest[],
): Promise<number> {
  const histories = new Map<string, Metric[]>()
  const historyOf = async (key: string) => {
    const found = histories.get(key) ?? (await metricHistory(mlflow, run, key))
    histories.set(key, found)
    return found
  }
  const metrics: Metric[] = []
  for (const window of windows) {
    const wanted = metricsOf(window)
    const known = (await historyOf(markOf(window))).some(({ step }) => step === wanted[0].step)
      ? (await Promise.all(wanted.map(({ key }) => historyOf(key)))).flat()
      : []
    metrics.push(...unwritten(wanted, known, window.evaluatedAt))
  }
  if (metrics.length > 0) await logMetrics(mlflow, run, metrics)
  return metrics.length
}

async function withRun(
  { store, mlflow, clock }: WriteBackContext,
  report: Report,
  month: string,
): Promise<Report> {
  if (report.runs[month] !== undefined) return report
  const experiment = await experimentNamed(mlflow, EXPERIMENT)
  const tags = { 'driftgauge.model': report.model, 'driftgauge.month': month }
  const run = await runTagged(mlflow, experiment, `${report.model} ${month}`, tags, clock())
  const next = { ...report, runs: { ...report.runs, [month]: run } }
  await putReport(store.control, next)
  return next
}

function byMonth(digests: readonly WindowDigest[]): Map<string, WindowDigest[]> {
  const months = new Map<string, WindowDigest[]>()
  for (const digest of digests) {
    const month = monthOf(digest.end)
    months.set(month, [...(months.get(month) ?? []), digest])
  }
  return months
}
