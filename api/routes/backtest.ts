import { isBreach, isDecided, memberKey } from '../../alerts/severity.ts'
import { comparisonsOf } from '../../detectors/comparisons.ts'
import { driftKindOf, partsOf } from '../../detectors/kinds.ts'
import type { LabelDelay } from '../../detectors/label-delay.ts'
import { resolveLabelDelay } from '../../detectors/resolve-label-delay.ts'
import { rulesOf } from '../../detectors/rules.ts'
import { chosenReference } from '../../detectors/run.ts'
import { slicesOf } from '../../detectors/slices.ts'
import { endsBetween, newestEnd } from '../../detectors/schedule.ts'
import { LABEL_KINDS, type Monitor } from '../../store/monitor.ts'
import { partOf, type Part } from '../../store/profiles.ts'
import { episodesOf } from '../backtest/episodes.ts'
import { addLabelled, labelledMembers } from '../backtest/evaluate-labelled.ts'
import { evaluateRange, type PartWindows } from '../backtest/evaluate.ts'
import { simulateAlerts } from '../backtest/simulate.ts'
import { skippedOf, unfinished, type Judged, type Skipped, type Wait } from '../backtest/skipped.ts'
import { modelOr404, monitorOr404 } from '../context.ts'
import { MOST_EVALUATIONS, MOST_WINDOWS, type backtestRoutes } from '../contract/backtest.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { EARLIEST_END_MS } from '../run-limits.ts'
import { noBaseline } from './monitors.ts'

/** How often a monitor would have fired, with its rule or another. */
export const backtestHandlers: HandlersOf<typeof backtestRoutes> = (context) => ({
  async backtestMonitor({ params, body }) {
    const { store, clock } = context
    const declared = await monitorOr404(context, params.monitor)
    const monitor = {
      ...declared,
      decide: body.decide ?? declared.decide,
      thresholds: body.thresholds ?? declared.thresholds,
    }
    const model = await modelOr404(context, monitor.model)
    await context.countFirst(model)
    const reference = await chosenReference(store, model, monitor)
    if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
    const { baseline, columns: all } = reference
    const slices = await slicesOf(store, model, monitor, baseline, body)
    const rules = rulesOf(monitor, await comparisonsOf(store, model, monitor, reference, slices))
    const columns = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
    const labelDelay = await resolveLabelDelay(store, monitor, reference.baseline, clock())
    const parts = partsOf(monitor).map((part) => ({
      part,
      ...windowsOf(monitor, part, body, clock(), labelDelay),
    }))
    const asked = parts.reduce((sum, { ends }) => sum + ends.length, 0)
    const labelled = labelledMembers(monitor, all)
    const membersOf = (part: Part) =>
      columns.filter(({ role }) => partOf(role) === part).length + (part === 'labels' ? labelled : 0)
    const evaluations = parts.reduce((sum, { part, ends }) => sum + ends.length * membersOf(part), 0)
    refuseTooMany(asked, evaluations)
    const alerts = []
    const judged: Judged[] = []
    const skipped: Skipped[] = []
    let windows = 0
    for (const { part, ends, unready, wait } of parts) {
      skipped.push(...unfinished(kindsOf(monitor, part), unready, wait))
      if (ends.length === 0) continue
      const evaluated = await evaluateRange({
        store,
        monitor,
        baseline,
        columns,
        rule: rules.drift,
        windows: { part, ends },
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

/** The kinds of a part that a monitor checks. */
function kindsOf({ checks }: Monitor, part: Part) {
  return checks.filter((kind) => LABEL_KINDS.includes(kind) === (part === 'labels'))
}

/** Windows beyond these that are not ready yet are counted up to so many. */
const MOST_UNREADY = 100_000

/**
 * The ends of the windows of a part within `(from, to]` that are complete at `now`, and how many are not; of labels none
 * is while it is not known how long they take.
 */
function windowsOf(
  monitor: Monitor,
  part: Part,
  { from, to }: { from: Date; to: Date },
  now: Date,
  labelDelay: LabelDelay | undefined,
): Pick<PartWindows, 'ends'> & { unready: number; wait: Wait } {
  const wait: Wait = part === 'labels' ? { for: 'labels', delay: labelDelay } : { for: 'end' }
  const isKnown = part === 'predictions' || labelDelay !== undefined
  const newest = isKnown ? newestEnd(monitor, now, part === 'labels' ? labelDelay?.delay : 0) : from
  const complete = new Date(Math.max(from.getTime(), Math.min(to.getTime(), newest.getTime())))
  // Not made when there are too many: they are only counted then.
  const ends = endsBetween(monitor, from, complete, MOST_WINDOWS + 1).map((end) => end.getTime())
  if (ends.length > 0 && ends[0] < EARLIEST_END_MS)
    throw new Problem(422, 'Too early', 'A window of this monitor would begin before 1970.')
  return { ends, unready: endsBetween(monitor, complete, to, MOST_UNREADY).length, wait }
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
