import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { eventsAt } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import type { RetrainEventType } from '../../control/alerting/retrains.ts'
import { eventId } from '../state/event-id.ts'
import { isWaiting } from '../../control/alerting/retrain-state.ts'
import { dataProblemOf } from './data-problem.ts'
import { decideRetraining, type DecideInput, type RetrainDecision } from './decide.ts'
import { evidenceOf } from './evidence.ts'
import { inTurn } from './in-turn.ts'
import { createRetrain, takeStep } from './record.ts'
import { endFailure } from './report-outcome.ts'
import { readRetrains, type Retrain } from './retrain.ts'

export interface FollowRequest {
  store: Store
  monitor: Monitor
  windowEnd: Date
  /** The kinds of drift that were evaluated. */
  kinds: readonly string[]
  /** In evaluation time. */
  now: Date
}

/**
 * Decides on retraining after the alerts of a window. What is decided follows from the stored events and has an id
 * that follows from theirs, so that a window that is run again, after a crash say, asks for nothing twice.
 */
export async function followAlerts({ store, monitor, windowEnd, kinds, now }: FollowRequest): Promise<void> {
  const { retrain: policy } = monitor
  if (policy === undefined) return
  const events = (await eventsAt(store.control, monitor.name, windowEnd)).filter(
    ({ scope, kind }) => scope === 'alert' && kinds.includes(kind),
  )
  if (events.length === 0) return
  await inTurn(async () => {
    for (const event of events.filter(({ status }) => status === 'resolved'))
      await withdraw(store, monitor, event, now)
    const dataProblem = await dataProblemOf(store, monitor.model)
    // Kinds that need nobody's approval first: one of the others would wait beside them.
    for (const event of events.toSorted((a, b) => rank(policy, a) - rank(policy, b)))
      await decideOn(store, monitor, { policy, event, dataProblem, now })
  })
}

const rank = ({ on }: RetrainPolicy, { kind }: AlertEvent) => (on.some((one) => one === kind) ? 0 : 1)

/** Cancels requests that are not sent yet and no longer needed, because the drift has ended. */
async function withdraw(store: Store, monitor: Monitor, event: AlertEvent, now: Date): Promise<void> {
  const comment = 'the alert has resolved'
  const ofKind = await readRetrains(store, { monitor: monitor.name, kind: event.kind })
  for (const { request, state } of ofKind) {
    const unsent = state.status === 'requested' && state.attempts === 0
    if (isWaiting(state.status) || unsent)
      await takeStep(store, request.id, { type: 'cancelled', by: byMonitor(monitor), comment, at: now })
  }
  const summary = `The alert behind the failed retraining of ${monitor.model} has resolved.`
  await endFailure(store, monitor, now, summary, (id) => ofKind.some(({ request }) => request.id === id))
}

async function decideOn(
  store: Store,
  monitor: Monitor,
  { policy, event, dataProblem, now }: Omit<DecideInput, 'event' | 'earlier'> & { event: AlertEvent },
): Promise<void> {
  const id = eventId(['retrain', event.id], event.windowEnd, event.reason)
  const earlier = await readRetrains(store, { model: monitor.model })
  if (earlier.some(({ request }) => request.id === id)) return
  const decision = decideRetraining({
    policy,
    event,
    earlier: earlier.map(({ state }) => state),
    dataProblem,
    now,
  })
  const type = FIRST_EVENT[decision.decision]
  if (type === undefined) return
  const comment = 'reason' in decision ? (decision.reason ?? '') : ''
  await createRetrain(store, requestOf({ id, monitor, policy, event, now }), {
    type,
    by: byMonitor(monitor),
    comment,
    at: now,
  })
}

const byMonitor = ({ name }: Monitor) => `monitor ${name}`

const FIRST_EVENT: Record<RetrainDecision['decision'], RetrainEventType | undefined> = {
  request: 'requested',
  await_approval: 'awaiting_approval',
  hold: 'held',
  dry_run: 'dry_run',
  refuse: 'refused',
  none: undefined,
}

/** The request that an event of an alert makes. Pure. */
export function requestOf({
  id,
  monitor,
  policy,
  event,
  now,
}: {
  id: string
  monitor: Monitor
  policy: RetrainPolicy
  event: AlertEvent
  now: Date
}): Retrain['request'] {
  return {
    id,
    model: monitor.model,
    monitor: monitor.name,
    kind: event.kind,
    alert: event.id,
    target: policy.target,
    evidence: evidenceOf(event, monitor),
    callbackWithin: policy.callback_within,
    baselineFirst: policy.activate_baseline?.first,
    createdAt: now,
  }
}
