import { setImmediate } from 'node:timers/promises'
import { baselineColumns } from '../store/baselines.ts'
import type { Store } from '../store/client.ts'
import type { Model } from '../store/model.ts'
import type { Monitor } from '../store/monitor.ts'
import { partOf } from '../store/profiles.ts'
import { insertResults, type Result } from '../store/results.ts'
import { chosenBaseline } from './compared-baseline.ts'
import { conceptColumns, findConcept } from './concept/find-concept.ts'
import { driftWindows } from './drift-windows.ts'
import { findDrift } from './find-drift.ts'
import { findUndecided } from './find-undecided.ts'
import { driftKindOf } from './kinds.ts'
import { labelledWindows } from './labelled-windows.ts'
import { decidingMetric, findPerformance } from './performance/find-performance.ts'
import { rulesOf, type Rules } from './rules.ts'
import { toResult, type Finding, type Reference, type RunRequest, type WindowRequest } from './run-request.ts'
import { slicesOf, WHOLE, type Slice } from './slices.ts'

/** The stored baseline that a monitor's windows are compared over, and its columns; undefined when there is none. */
export async function chosenReference(
  store: Store,
  model: Model,
  choice: Pick<Monitor, 'model' | 'baseline'>,
): Promise<Reference | undefined> {
  const baseline = await chosenBaseline(store, choice)
  return baseline && { baseline, columns: await baselineColumns(store, model, baseline) }
}

/**
 * Evaluates one window of a monitor, everything it checks of one part, of the whole model and of its segments and
 * versions. Stores the results.
 * @returns the results, and the most rows that any column has in the monitor's own window, before it was extended
 */
export async function runAgainst(
  reference: Reference,
  request: RunRequest,
): Promise<{ results: Result[]; rows: number }> {
  const { findings, rows } = await findAll(reference, request)
  const results = findings.map((finding) => toResult(request, reference.baseline, finding))
  await insertResults(request.store, results)
  return { results, rows }
}

async function findAll(
  reference: Reference,
  request: RunRequest,
): Promise<{ findings: Finding[]; rows: number }> {
  const { store, model, monitor, part, end, labelDelay } = request
  if (part === 'labels' && labelDelay === undefined)
    return { findings: findUndecided(request, reference, 'label_delay_unknown'), rows: 0 }
  const { baseline, columns } = reference
  const window = { from: new Date(end.getTime() - monitor.window), to: end }
  const slices = await slicesOf(store, model, monitor, baseline, window)
  const rules = rulesOf(monitor, columns, slices.length)
  const drifting = columns.filter((column) => {
    const kind = driftKindOf(column)
    return kind !== undefined && monitor.checks.includes(kind) && partOf(column.role) === part
  })
  const drift = driftWindows(request, baseline, slices)
  const findings: Finding[] = []
  let rows = 0
  for (const slice of slices) {
    const found = await findDrift(request, drift(slice), drifting, rules.drift)
    findings.push(...found.findings.map((finding) => ({ ...finding, slice })))
    if (slice === WHOLE) rows = found.rows
    await setImmediate()
  }
  if (part === 'labels') findings.push(...(await findLabelled(reference, request, slices, rules)))
  return { findings, rows }
}

/** What is found of labels and predictions together: the checks `concept` and `performance`. Stores nothing. */
export async function findLabelled(
  reference: Reference,
  request: WindowRequest,
  slices: readonly Slice[],
  rules: Rules,
): Promise<Finding[]> {
  const { checks } = request.monitor
  if (!checks.includes('concept') && !checks.includes('performance')) return []
  const { columns } = reference
  const concept = conceptColumns(columns)
  const windows = await labelledWindows(request, reference, slices)
  if (windows === undefined) return findUndecided(request, reference, 'no_labels_in_baseline')
  if (concept.deciding.length === 0) return findUndecided(request, reference, 'no_predictions_in_baseline')
  const metric = await decidingMetric(request, windows(WHOLE), columns)
  const findings: Finding[] = []
  for (const slice of slices) {
    const labelled = windows(slice)
    const found = [
      ...(checks.includes('concept') ? await findConcept(request, labelled, concept, rules.concept) : []),
      ...(checks.includes('performance')
        ? await findPerformance(request, labelled, columns, metric, rules.performance)
        : []),
    ]
    findings.push(...found.map((finding) => ({ ...finding, slice })))
    await setImmediate()
  }
  return findings
}
