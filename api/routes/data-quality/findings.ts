import { listFeatureChanges } from '../../../control/declared/feature-changes.ts'
import { findingColumn } from '../../../domain/data-finding.ts'
import { usualLength } from '../../../domain/monitor-window.ts'
import { HOUR_MS } from '../../../domain/time.ts'
import { checkedEnds, endsWithoutData, newestSummary, readFindings } from '../../../store/views/findings.ts'
import { toColumnFindings, toModelFindings } from '../../answers/findings.ts'
import { modelOr404 } from '../../context.ts'
import { MAX_CHECKED, MAX_DECLARED, type findingsRoutes } from '../../contract/data-quality/findings.ts'
import { checkingMonitor, windowPeriod } from '../../monitor-windows.ts'
import type { HandlersOf } from '../../router.ts'

/** What the checks of quality have found, window by window. */
export const findingsHandlers: HandlersOf<typeof findingsRoutes> = (context) => ({
  async getFindings({ params, query }) {
    const { store } = context
    const model = await modelOr404(context, params.model)
    const monitor = await checkingMonitor(context, model.name, query.monitor)
    const { from, to } = await windowPeriod(context, monitor, query)
    const { kind, column: name } = query
    const column = name === undefined || kind === 'prediction' ? name : findingColumn(name)
    const scope = { model: model.name, monitor: monitor.name, column, from, to }
    const empty = (await endsWithoutData(store, scope)).map((end) => end.getTime())
    const checked = (await checkedEnds(store, scope)).map((end) => end.getTime())
    const ends = [...new Set([...empty, ...checked])].sort((a, b) => a - b).map((end) => new Date(end))
    const step = Math.max(1, Math.ceil(ends.length / MAX_CHECKED))
    const all = query.columns === 'all' || column !== undefined
    const rows = await readFindings(store, { ...scope, all }, ends, step)
    const newest = await newestSummary(store, scope)
    const declared = await listFeatureChanges(store.control, {
      model: model.name,
      from,
      to,
      limit: MAX_DECLARED,
    })
    const newestEnds = ends.filter((_, i) => (ends.length - 1 - i) % step === 0)
    const withoutData = newestEnds.map((end, i) =>
      empty.some((time) => time <= end.getTime() && time > (newestEnds[i - 1]?.getTime() ?? 0)),
    )
    return {
      status: 200,
      body: {
        monitor: monitor.name,
        checked: monitor.checks.includes('quality'),
        window_hours: usualLength(monitor.window) / HOUR_MS,
        from: from.toISOString(),
        to: to.toISOString(),
        step,
        window_ends: newestEnds.map((end) => end.toISOString()),
        newest: newest === undefined ? null : newestAnswer(newest),
        declared: declared.map(({ at, ...names }) => ({ at: at.toISOString(), ...names })),
        model: column === undefined ? toModelFindings(rows, newest?.summary, withoutData) : [],
        columns: toColumnFindings(rows, newest?.summary),
      },
    }
  },
})

function newestAnswer({ end, summary }: NonNullable<Awaited<ReturnType<typeof newestSummary>>>) {
  const { rows, columns, undecided } = summary
  return {
    window_end: end.toISOString(),
    rows,
    columns: columns.length,
    undecided_columns: columns.filter(({ decided }) => !decided).length,
    undecided: [...undecided],
  }
}
