import { baselineColumns } from '../store/baselines.ts'
import type { Store } from '../store/client.ts'
import type { Model } from '../store/model.ts'
import type { Monitor } from '../store/monitor.ts'
import { partOf } from '../store/profiles.ts'
import { insertResults, type Result } from '../store/results.ts'
import { chosenBaseline } from './compared-baseline.ts'
import { conceptColumns, findConcept } from './concept/find-concept.ts'
import { findDrift } from './find-drift.ts'
import { findUndecided } from './find-undecided.ts'
import { driftKindOf } from './kinds.ts'
import { labelledWindows } from './labelled-windows.ts'
import { findPerformance } from './performance/find-performance.ts'
import { rulesOf, type Rules } from './rules.ts'
import { toResult, type Finding, type Reference, type RunRequest, type WindowRequest } from './run-request.ts'

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
 * Evaluates one window of a monitor, everything it checks of one part. Stores the results.
 * @returns the results, and the most rows that any column has in the monitor's own window, before it was extended
 */
export async function runAgainst(
  reference: Reference,
  request: RunRequest,
): Promise<{ results: Result[]; rows: number }> {
  const { baseline, columns } = reference
  const { checks } = request.monitor
  const rules = rulesOf(request.monitor, columns)
  const { findings, rows } = await findAll(
    reference,
    request,
    columns.filter((column) => {
      const kind = driftKindOf(column)
      return kind !== undefined && checks.includes(kind) && partOf(column.role) === request.part
    }),
    rules,
  )
  const results = findings.map((finding) => toResult(request, baseline, finding))
  await insertResults(request.store, results)
  return { results, rows }
}

async function findAll(
  reference: Reference,
  request: RunRequest,
  drifting: Reference['columns'],
  rules: Rules,
): Promise<{ findings: Finding[]; rows: number }> {
  const { part, labelDelay } = request
  if (part === 'labels' && labelDelay === undefined)
    return { findings: findUndecided(request, reference, 'label_delay_unknown'), rows: 0 }
  const { findings, rows } = await findDrift(request, reference.baseline, drifting, rules.drift)
  const labelled = part === 'labels' ? await findLabelled(reference, request, rules) : []
  return { findings: [...findings, ...labelled], rows }
}

/** What is found of labels and predictions together: the checks `concept` and `performance`. Stores nothing. */
export async function findLabelled(
  reference: Reference,
  request: WindowRequest,
  rules: Rules,
): Promise<Finding[]> {
  const { checks } = request.monitor
  if (!checks.includes('concept') && !checks.includes('performance')) return []
  const { columns } = reference
  const concept = conceptColumns(columns)
  const labelled = await labelledWindows(request, reference)
  if (labelled === undefined) return findUndecided(request, reference, 'no_labels_in_baseline')
  if (concept.deciding.length === 0) return findUndecided(request, reference, 'no_predictions_in_baseline')
  return [
    ...(checks.includes('concept') ? await findConcept(request, labelled, concept, rules.concept) : []),
    ...(checks.includes('performance')
      ? await findPerformance(request, labelled, columns, rules.performance)
      : []),
  ]
}
