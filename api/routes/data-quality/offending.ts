import { modelColumns, type Column, type Model } from '../../../control/declared/model.ts'
import type { ColumnFindingName } from '../../../domain/data-finding.ts'
import { windowStart } from '../../../domain/monitor-window.ts'
import { chosenBaseline } from '../../../detectors/run/compared-baseline.ts'
import {
  offendingRows,
  rowsWithUndeclared,
  type Offending,
} from '../../../detectors/run/quality/offending-rows.ts'
import type { WindowRequest } from '../../../detectors/run/run-request.ts'
import { readInputProblems } from '../../../store/events/input-problems.ts'
import { baselineColumn } from '../../../store/profiles/baselines.ts'
import { classScoreColumn, scoredClass } from '../../../store/profiles/class-scores.ts'
import { modelOr404 } from '../../context.ts'
import { MAX_REASONS, type offendingRoutes } from '../../contract/data-quality/offending.ts'
import { checkingMonitor, newestEnd } from '../../monitor-windows.ts'
import { invalid, notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'
import { EARLIEST_END_MS } from '../../run-limits.ts'

type Kind = 'feature' | 'prediction'

/** Which rows are behind a finding about the data. */
export const offendingHandlers: HandlersOf<typeof offendingRoutes> = (context) => ({
  async getOffendingRows({ params, query }) {
    const { store } = context
    const model = await modelOr404(context, params.model)
    const monitor = await checkingMonitor(context, model.name, query.monitor)
    const { finding, kind, column: name } = query
    if (finding !== 'unknown_features' && name === undefined)
      throw invalid('column', `is needed for the finding "${finding}"`)
    if (finding === 'skew' && kind !== 'feature')
      throw invalid('kind', 'must be "feature" for the finding "skew"')
    const end = query.at ?? (await newestEnd(context, monitor))
    if (end.getTime() < EARLIEST_END_MS) throw invalid('at', 'is too early for a window')
    const request = { store, model, monitor, end }
    const found: Offending =
      finding === 'unknown_features'
        ? await rowsWithUndeclared(request)
        : await rowsOf(request, columnOf(model, kind, name!), finding)
    const start = windowStart(monitor, end)
    const { rows, affected, values, limits = null } = found
    return {
      status: 200,
      body: {
        monitor: monitor.name,
        window_start: start.toISOString(),
        window_end: end.toISOString(),
        rows,
        affected,
        values,
        received: finding === 'invalid' ? await received(request, start, fieldOf(kind, name!)) : [],
        limits,
        examples: found.examples.map(({ ts, ...row }) => ({ ...row, ts: new Date(ts).toISOString() })),
      },
    }
  },
})

async function rowsOf(
  request: WindowRequest,
  column: Column,
  finding: ColumnFindingName,
): Promise<Offending> {
  const { store, model, monitor } = request
  const baseline = await chosenBaseline(store, monitor)
  if (baseline === undefined)
    throw new Problem(409, 'No baseline', `The model "${model.name}" has no active baseline.`)
  const stored = await baselineColumn(store, baseline, column)
  if (stored === undefined)
    throw new Problem(
      409,
      'Not in the baseline',
      `Baseline ${baseline.version} has no column "${column.name}".`,
    )
  return offendingRows(request, baseline, stored, finding)
}

function columnOf(model: Model, kind: Kind, name: string): Column {
  const category = model.task === 'multiclass' ? scoredClass(name) : undefined
  const all = [...modelColumns(model), ...(category === undefined ? [] : [classScoreColumn(category)])]
  const found = all.find(
    (one) => one.name === name && one.role !== 'label' && (one.role === 'feature') === (kind === 'feature'),
  )
  if (found === undefined) throw notFound(`${kind} "${name}" of model "${model.name}"`)
  return found
}

const fieldOf = (kind: Kind, name: string) => (kind === 'feature' ? `features.${name}` : name)

/** Why values of a field could not be used, as they came. */
async function received({ store, model, end }: WindowRequest, from: Date, field: string) {
  const found = await readInputProblems(store, model.name, { from, to: end }, { limit: MAX_REASONS, field })
  return found
    .filter((one) => one.field === field && one.reason !== 'unknown_feature')
    .map(({ reason, events, example }) => ({ reason, events, example }))
}
