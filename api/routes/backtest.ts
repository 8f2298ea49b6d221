import { isBreach } from '../../alerts/severity.ts'
import { comparisonsOf } from '../../detectors/comparisons.ts'
import { driftKindOf, partsOf } from '../../detectors/kinds.ts'
import type { LabelDelay } from '../../detectors/label-delay.ts'
import { resolveLabelDelay } from '../../detectors/resolve-label-delay.ts'
import { rulesOf } from '../../detectors/rules.ts'
import { chosenReference } from '../../detectors/run.ts'
import { slicesOf } from '../../detectors/slices.ts'
import { newestEnd } from '../../detectors/schedule.ts'
import type { Monitor } from '../../store/monitor.ts'
import { partOf, type Part } from '../../store/profiles.ts'
import { episodesOf } from '../backtest/episodes.ts'
import { addLabelled, labelledMembers } from '../backtest/evaluate-labelled.ts'
import { evaluateRange, type PartWindows } from '../backtest/evaluate.ts'
import { simulateAlerts } from '../backtest/simulate.ts'
import { modelOr404, monitorOr404 } from '../context.ts'
import { MOST_EVALUATIONS, MOST_WINDOWS, type backtestRoutes } from '../contract/backtest.ts'
import { metricErrors } from '../declare/metric-errors.ts'
import { notDeclared, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { noBaseline } from './monitors.ts'

/** A window may be extended to 30 days, which must not begin before the engine's time. */
const EARLIEST_END_MS = 31 * 86_400_000

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
    const reference = await chosenReference(store, model, monitor)
    if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
    const { baseline, columns: all } = reference
    const slices = await slicesOf(store, model, monitor, baseline, body)
    const rules = rulesOf(monitor, await comparisonsOf(store, model, monitor, reference, slices))
    const columns = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
    const labelDelay = await resolveLabelDelay(store, monitor, reference.baseline, clock())
    const parts = windowsOf(monitor, body.from, body.to, clock(), labelDelay)
    const windows = parts.reduce((sum, { ends }) => sum + ends.length, 0)
    const labelled = labelledMembers(monitor, all)
    const membersOf = (part: Part) =>
      columns.filter(({ role }) => partOf(role) === part).length + (part === 'labels' ? labelled : 0)
    const evaluations = parts.reduce((sum, { part, ends }) => sum + ends.length * membersOf(part), 0)
    refuseTooMany(windows, evaluations)
    let breaches = 0
    const alerts = []
    for (const part of parts.filter(({ ends }) => ends.length > 0)) {
      const evaluated = await evaluateRange({
        store,
        monitor,
        baseline,
        columns,
        rule: rules.drift,
        windows: part,
      })
      if (part.part === 'labels' && labelled > 0)
        await addLabelled({ store, model, monitor, reference, rules }, evaluated)
      for (const found of evaluated.values()) breaches += found.filter(isBreach).length
      alerts.push(...episodesOf(await simulateAlerts(monitor, evaluated)))
    }
    alerts.sort((a, b) => (a.fired_at < b.fired_at ? -1 : 1))
    const [from, to] = [body.from.toISOString(), body.to.toISOString()]
    const counts = { windows, columns: columns.length + labelled, breaches, fired: alerts.length }
    return { status: 200, body: { from, to, ...counts, alerts } }
  },
})

/**
 * The ends of the windows of each part within `(from, to]` that are complete at `now`; of labels none while it is not
 * known how long they take.
 */
function windowsOf(
  monitor: Monitor,
  from: Date,
  to: Date,
  now: Date,
  labelDelay: LabelDelay | undefined,
): PartWindows[] {
  const { every } = monitor
  return partsOf(monitor).map((part) => {
    const delay = part === 'labels' ? (labelDelay?.delay ?? Infinity) : 0
    const complete = delay === Infinity ? -Infinity : newestEnd(monitor, now, delay).getTime()
    const last = Math.min(Math.floor(to.getTime() / every) * every, complete)
    const first = Math.floor(from.getTime() / every) * every + every
    const count = Math.max(0, (last - first) / every + 1)
    if (count > 0 && first < EARLIEST_END_MS)
      throw new Problem(422, 'Too early', 'A window of this monitor would begin before 1970.')
    // Not made when there are too many: they are only counted then.
    const ends = Array.from({ length: Math.min(count, MOST_WINDOWS + 1) }, (_, i) => first + i * every)
    return { part, ends }
  })
}

function refuseTooMany(windows: number, evaluations: number): void {
  if (windows <= MOST_WINDOWS && evaluations <= MOST_EVALUATIONS) return
  throw new Problem(
    422,
    'Too much',
    `A backtest evaluates at most ${MOST_WINDOWS} windows, and ${MOST_EVALUATIONS} columns times windows: ` +
      'ask for a shorter period.',
  )
}
