import { setImmediate } from 'node:timers/promises'
import type { Baseline } from '../../control/declared/baselines.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { windowStart } from '../../domain/monitor-window.ts'
import { streamOf } from '../../store/profiles/profiles.ts'
import { insertResults, type Result } from '../../store/results/results.ts'
import { chosenBaseline } from './compared-baseline.ts'
import { comparisonsOf, type Comparison } from './comparisons.ts'
import { conceptColumns, findConcept } from './find-concept.ts'
import { driftWindows } from './drift-windows.ts'
import { explainInput } from '../verdict/explain-input.ts'
import { findDrift } from './find-drift.ts'
import { findExpected } from './find-expected.ts'
import { findQuality } from './quality/find-quality.ts'
import { findUndecided, type Undecided } from './find-undecided.ts'
import { driftKindOf } from './kinds.ts'
import { labelledWindows } from './labelled-windows.ts'
import { nameUnseen } from './name-unseen.ts'
import { decidingMetric, findPerformance } from './find-performance.ts'
import { rulesOf, type Rules } from './rules.ts'
import { toResult, type Finding, type Reference, type RunRequest, type WindowRequest } from './run-request.ts'
import { slicesOf, WHOLE } from './slices.ts'

/** The stored baseline that a monitor's windows are compared over, and its columns; undefined when there is none. */
export async function chosenReference(
  store: Store,
  model: Model,
  choice: Pick<Monitor, 'model' | 'baseline'>,
): Promise<Reference | undefined> {
  const baseline = await chosenBaseline(store, choice)
  return baseline && { baseline, columns: await baselineColumns(store, model, baseline) }
}

export interface RunOutcome {
  results: Result[]
  /** The most rows that any column has in the monitor's own window, before it was extended. */
  rows: number
  /** What was compared with, by version of the model; under '' that of the whole. */
  baselines: ReadonlyMap<string, Baseline>
}

/** As {@link evaluateAgainst}, and stores the results. */
export async function runAgainst(reference: Reference, request: RunRequest): Promise<RunOutcome> {
  const outcome = await evaluateAgainst(reference, request)
  await insertResults(request.store, outcome.results)
  return outcome
}

/**
 * Evaluates one window of a monitor, everything it checks of one stream, of the whole model and of its segments and
 * versions. Stores nothing.
 */
export async function evaluateAgainst(reference: Reference, request: RunRequest): Promise<RunOutcome> {
  const { store, model, monitor, stream, end, labelDelay } = request
  if (stream === 'labels' && labelDelay === undefined) {
    const findings = findUndecided(request, reference, 'label_delay_unknown')
    return outcomeOf(request, [{ ...reference, slices: [WHOLE], findings, rows: 0 }])
  }
  const window = { from: windowStart(monitor, end), to: end }
  const slices = await slicesOf(store, model, monitor, reference.baseline, window)
  const comparisons = await comparisonsOf(store, model, monitor, reference, slices)
  const rules = rulesOf(monitor, comparisons)
  const compared: Compared[] = []
  for (const comparison of comparisons)
    compared.push({ ...comparison, ...(await findAll(comparison, request, rules)) })
  return outcomeOf(request, compared)
}

type Compared = Comparison & { findings: Finding[]; rows: number }

function outcomeOf(request: RunRequest, compared: readonly Compared[]): RunOutcome {
  const results = compared.flatMap(({ baseline, findings }) =>
    findings.map((finding) => toResult(request, baseline, finding)),
  )
  return {
    results,
    rows: compared[0].rows,
    baselines: new Map(
      compared.flatMap(({ baseline, slices }) =>
        slices.map(({ version }): [string, Baseline] => [version, baseline]),
      ),
    ),
  }
}

async function findAll(
  comparison: Comparison,
  request: RunRequest,
  rules: Rules,
): Promise<{ findings: Finding[]; rows: number }> {
  const { monitor, stream } = request
  const { baseline, columns, slices } = comparison
  const drifting = columns.filter((column) => {
    const kind = driftKindOf(column)
    return kind !== undefined && monitor.checks.includes(kind) && streamOf(column.role) === stream
  })
  const checksQuality = stream === 'predictions' && monitor.checks.includes('quality')
  const drift = driftWindows(request, baseline, slices, { withQuality: checksQuality })
  const findings: Finding[] = []
  let rows = 0
  for (const slice of slices) {
    const found = await findDrift(request, drift(slice), drifting, rules.drift)
    const named = await nameUnseen(request, { slice, segments: baseline.segments }, drifting, found.findings)
    // Problems of the input are counted for the whole model.
    const explained = slice === WHOLE ? await explainInput(request, named) : named
    findings.push(...explained.map((finding) => ({ ...finding, slice })))
    if (slice === WHOLE) rows = found.rows
    await setImmediate()
  }
  if (checksQuality && slices.includes(WHOLE))
    findings.push(
      ...(await findQuality(
        request,
        comparison,
        await drift(WHOLE)(windowStart(monitor, request.end)),
        rules.quality,
      )),
    )
  if (stream === 'predictions' && monitor.checks.includes('expected_performance'))
    findings.push(...(await findExpected(request, comparison, drift, rules.expected)))
  if (stream === 'labels') findings.push(...(await findLabelled(comparison, request, rules)))
  return { findings, rows }
}

/** What is found of labels and predictions together: the checks `concept` and `performance`. Stores nothing. */
export async function findLabelled(
  comparison: Comparison,
  request: WindowRequest,
  rules: Rules,
): Promise<Finding[]> {
  const { checks } = request.monitor
  if (!checks.includes('concept') && !checks.includes('performance')) return []
  const { columns, slices } = comparison
  const concept = conceptColumns(columns)
  const undecided = (reason: Undecided) =>
    // That of the whole model stands for all its parts.
    (slices.includes(WHOLE) ? [WHOLE] : slices).flatMap((slice) =>
      findUndecided(request, comparison, reason).map((finding) => ({ ...finding, slice })),
    )
  const windows = await labelledWindows(request, comparison, slices)
  if (windows === undefined) return undecided('no_labels_in_baseline')
  if (concept.deciding.length === 0) return undecided('no_predictions_in_baseline')
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
