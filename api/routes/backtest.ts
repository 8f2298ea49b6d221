import { isBreach, isDecided, memberKey } from '../../alerts/state/severity.ts'
import { comparisonsOf } from '../../detectors/run/comparisons.ts'
import { driftKindOf } from '../../detectors/run/kinds.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { rulesOf } from '../../detectors/run/rules.ts'
import { chosenReference } from '../../detectors/run/run.ts'
import { slicesOf } from '../../detectors/run/slices.ts'
import { partOf, type Part } from '../../store/profiles/profiles.ts'
import { episodesOf } from '../backtest/episodes.ts'
import { addLabelled, labelledMembers } from '../backtest/evaluate-labelled.ts'
import { evaluateRange } from '../backtest/evaluate.ts'
import { simulateAlerts } from '../backtest/simulate.ts'
import { skippedOf, type Judged } from '../backtest/skipped.ts'
import { modelOr404, monitorOr404 } from '../context.ts'
import { MOST_EVALUATIONS, MOST_WINDOWS, type backtestRoutes } from '../contract/backtest.ts'
import { metricErrors } from '../declare/metric-errors.ts'
import { pastWindows } from '../past-windows.ts'
import { notDeclared, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { noBaseline } from './monitors.ts'

/** How often a monitor would have fired, with its rule or another. */
export const backtestHandlers: HandlersOf<typeof backtestRoutes> = (context) => ({
  async backtestMonitor({ params, body }) {
    const { store, clock } = context
    const declared = await monitorOr404(context, params.monitor)
    const monitor = {
      ...declared,
      decide: body.decide ?? declared.decide,
      performance: body.performance ?? declared.performance,
      thresholds: body.thresholds ?? declared.thresholds,
    }
    const model = await modelOr404(context, monitor.model)
    notDeclared(metricErrors(model, monitor))
    await context.countFirst(model)
    const reference = await chosenReference(store, model, monitor)
    if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
    const { baseline, columns: all } = reference
    const slices = await slicesOf(store, model, monitor, baseline, body)
    const rules = rulesOf(monitor, await comparisonsOf(store, model, monitor, reference, slices))
    const columns = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
    const labelDelay = await resolveLabelDelay(store, monitor, reference.baseline, clock())
    const parts = pastWindows(monitor, body, clock(), labelDelay, MOST_WINDOWS)
    const asked = parts.reduce((sum, { ends }) => sum + ends.length, 0)
    const labelled = labelledMembers(monitor, all)
    const membersOf = (part: Part) =>
      columns.filter(({ role }) => partOf(role) === part).length + (part === 'labels' ? labelled : 0)
    const evaluations = parts.reduce((sum, { part, ends }) => sum + ends.length * membersOf(part), 0)
    refuseTooMany(asked, evaluations)
    const alerts = []
    const judged: Judged[] = []
    const skipped = parts.flatMap((one) => one.skipped)
    let windows = 0
    for (const { part, ends } of parts) {
      if (ends.length === 0) continue
      const evaluated = await evaluateRange({
        store,
        monitor,
        baseline,
        columns,
        rule: rules.drift,
        windows: { part, ends: ends.map((end) => end.getTime()) },
      })
      if (part === 'labels' && labelled > 0)
        await addLabelled({ store, model, monitor, reference, rules }, evaluated)
      windows += [...evaluated.values()].filter((found) => found.some(isDecided)).length
      judged.push(...[...evaluated.values()].flat().filter(isDecided))
      skipped.push(...skippedOf(evaluated.values()))
      alerts.push(...episodesOf(await simulateAlerts(monitor, evaluated)))
    }
    alerts.sort((a, b) => (a.fired_at < b.fired_at ? -1 : 1))
    const counts = {
      windows,
      columns: new Set(judged.map(memberKey)).size,
      breaches: judged.filter(isBreach).length,
      fired: alerts.length,
    }
    const [from, to] = [body.from.toISOString(), body.to.toISOString()]
    return { status: 200, body: { from, to, ...counts, alerts, skipped } }
  },
})

function refuseTooMany(windows: number, evaluations: number): void {
  if (windows <= MOST_WINDOWS && evaluations <= MOST_EVALUATIONS) return
  throw new Problem(
    422,
    'Too many windows',
    `A backtest evaluates at most ${MOST_WINDOWS} windows, and ${MOST_EVALUATIONS} columns times windows: ` +
      'choose a shorter period.',
  )
}
