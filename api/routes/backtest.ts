import { isBreaching, isDecided } from '../../alerts/state/window-verdict.ts'
import { memberKey } from '../../alerts/state/member.ts'
import { comparisonsOf } from '../../detectors/run/comparisons.ts'
import { driftKindOf } from '../../detectors/run/kinds.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { rulesOf } from '../../detectors/run/rules.ts'
import { chosenReference } from '../../detectors/run/run.ts'
import { slicesOf } from '../../detectors/run/slices.ts'
import { rememberReads } from '../../store/engine/remembered-reads.ts'
import { streamOf, type Stream } from '../../store/profiles/profiles.ts'
import { episodesOf } from '../backtest/episodes.ts'
import { addJoint, jointMembers } from '../backtest/evaluate-joint.ts'
import { evaluateRange } from '../backtest/evaluate.ts'
import { simulateAlerts } from '../backtest/simulate.ts'
import { skippedOf, type Judged } from '../backtest/skipped.ts'
import { worstOf } from '../backtest/worst.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { modelOr404, monitorOr404, type ApiContext } from '../context.ts'
import { MAX_EVALUATIONS, type backtestRoutes } from '../contract/backtest.ts'
import { checkMonitor } from '../declare/check-monitor.ts'
import { declaredIn } from '../declare/declared.ts'
import { metricErrors } from '../declare/metric-errors.ts'
import { pastWindows } from '../past-windows.ts'
import { notDeclared, Problem } from '../problem.ts'
import { MAX_BACKTEST_WINDOWS } from '../../domain/backtest.ts'
import type { HandlersOf } from '../router.ts'
import { noBaseline } from './monitors.ts'

/** How often a monitor would have fired, with its rule or another. */
export const backtestHandlers: HandlersOf<typeof backtestRoutes> = (context) => {
  // Whoever tries thresholds asks for the same rows each time.
  const remembering = rememberReads()
  return {
    async backtestMonitor({ params, body }) {
      const declared = await monitorOr404(context, params.monitor)
      const monitor = {
        ...declared,
        decide: body.decide ?? declared.decide,
        performance: body.performance ?? declared.performance,
        thresholds: body.thresholds ?? declared.thresholds,
      }
      return { status: 200, body: await backtest(context, monitor, body) }
    },
    async backtestDeclaration({ body: { monitor, ...period } }) {
      const { control } = context.store
      await checkMonitor(control, monitor, undefined, declaredIn(control))
      const body = await backtest({ ...context, store: remembering(context.store) }, monitor, period)
      return { status: 200, body }
    },
  }
}

async function backtest(context: ApiContext, monitor: Monitor, period: { from: Date; to: Date }) {
  const { store, clock } = context
  const model = await modelOr404(context, monitor.model)
  notDeclared(metricErrors(model, monitor))
  await context.countFirst(model)
  const reference = await chosenReference(store, model, monitor)
  if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
  const { baseline, columns: all } = reference
  const slices = await slicesOf(store, model, monitor, baseline, period)
  const rules = rulesOf(monitor, await comparisonsOf(store, model, monitor, reference, slices))
  const columns = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
  const labelDelay = await resolveLabelDelay(store, monitor, reference.baseline, clock())
  const streams = pastWindows(monitor, period, clock(), labelDelay, MAX_BACKTEST_WINDOWS)
  const requested = streams.reduce((sum, { ends }) => sum + ends.length, 0)
  const membersOf = (stream: Stream) =>
    columns.filter(({ role }) => streamOf(role) === stream).length + jointMembers(monitor, all, stream)
  const evaluations = streams.reduce((sum, { stream, ends }) => sum + ends.length * membersOf(stream), 0)
  refuseTooMany(requested, evaluations)
  const alerts = []
  const judged: Judged[] = []
  const skipped = streams.flatMap((one) => one.skipped)
  let windows = 0
  for (const { stream, ends } of streams) {
    if (ends.length === 0) continue
    const evaluated = await evaluateRange({
      store,
      monitor,
      baseline,
      columns,
      rule: rules.drift,
      windows: { stream, ends: ends.map((end) => end.getTime()) },
    })
    if (jointMembers(monitor, all, stream) > 0)
      await addJoint({ store, model, monitor, reference, rules, stream }, evaluated)
    windows += [...evaluated.values()].filter((found) => found.some(isDecided)).length
    judged.push(...[...evaluated.values()].flat().filter(isDecided))
    skipped.push(...skippedOf(evaluated.values()))
    alerts.push(...episodesOf(await simulateAlerts(monitor, evaluated)))
  }
  alerts.sort((a, b) => (a.fired_at < b.fired_at ? -1 : 1))
  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    windows,
    columns: new Set(judged.map(memberKey)).size,
    breaches: judged.filter(isBreaching).length,
    fired: alerts.length,
    alerts,
    worst: worstOf(judged),
    skipped,
  }
}

function refuseTooMany(windows: number, evaluations: number): void {
  if (windows <= MAX_BACKTEST_WINDOWS && evaluations <= MAX_EVALUATIONS) return
  throw new Problem(
    422,
    'Too many windows',
    `A backtest evaluates at most ${MAX_BACKTEST_WINDOWS} windows, and ${MAX_EVALUATIONS} columns times windows: ` +
      'choose a shorter period.',
  )
}
