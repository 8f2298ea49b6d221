import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { AlertEvent, Member } from '../../control/alerting/alert-event.ts'
import { insertAlertEvents, type Fence } from '../../control/alerting/insert-alert-events.ts'
import { eventsAt, hasOpenEvents, lastEventsBefore } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import { recentEvaluations } from './recent-evaluations.ts'
import { routeEvents } from '../routing/route-events.ts'
import { isBreaching, type MemberEvaluation } from './window-verdict.ts'
import { memberKey } from './member.ts'
import type { StepInput } from './step-input.ts'
import { step } from './step.ts'

export interface EvaluateAlertsRequest extends Omit<StepInput, 'history' | 'before' | 'existing'> {
  store: Store
  /**
   * `live`: the window now due, or one of the last three computed again. `quiet`: an older one, from a backfill,
   * a backtest or a recomputation; it is left to its results and makes no event, so that nothing is sent.
   */
  mode: 'live' | 'quiet'
  /** Refuses to store anything once another process evaluates. */
  fence?: Fence | undefined
}

export type AlertsOutcome =
  | { status: 'quiet' }
  /** `events`: those that are new; none when the window was run before. */
  | { status: 'evaluated'; events: AlertEvent[] }

/**
 * Takes one evaluated window of a monitor through its alerts: reads what came before the window, and stores the
 * events that follow in one insert. Windows of one monitor go one after the other, in ascending order: a window
 * that was computed again is followed by those after it.
 */
export async function evaluateAlerts({
  store,
  mode,
  fence,
  ...input
}: EvaluateAlertsRequest): Promise<AlertsOutcome> {
  if (mode === 'quiet') return { status: 'quiet' }
  const { monitor, windowEnd } = input
  // Most windows: without a breach and with nothing open no event can follow, whatever came before.
  const scope = { monitor: monitor.name, windowEnd, kinds: input.kinds }
  if (!input.evaluations.some(isBreaching) && !(await hasOpenEvents(store.control, scope)))
    return { status: 'evaluated', events: [] }
  const { fire, resolve } = monitor.alert
  const [before, existing] = await Promise.all([
    lastEventsBefore(store.control, monitor.name, windowEnd),
    eventsAt(store.control, monitor.name, windowEnd),
  ])
  const history = await recentEvaluations(store, {
    model: monitor.model,
    monitor: monitor.name,
    before: windowEnd,
    members: countedMembers(input.evaluations, before),
    limit: Math.max(fire.m, resolve),
  })
  const events = await routeEvents(store, step({ ...input, history, before, existing }))
  await insertAlertEvents(store.control, events, fence)
  return { status: 'evaluated', events }
}

/**
 * Members for whom it matters what came before. Findings about the data are no results, and are told even where results
 * cannot be read.
 */
function countedMembers(evaluations: readonly MemberEvaluation[], before: readonly AlertEvent[]): Member[] {
  const open = before.filter(
    ({ scope, status }) => scope === 'member' && (status === 'pending' || status === 'firing'),
  )
  const members = [...evaluations.filter(isBreaching), ...open].filter(({ kind }) => kind !== DATA_KIND)
  return [...new Map(members.map((member) => [memberKey(member), member])).values()]
}
