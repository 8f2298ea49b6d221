import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import { currentAlerts } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import type { RetrainEvent } from '../../control/alerting/retrains.ts'
import { routeEvents } from '../routing/route-events.ts'
import { eventId } from '../state/event-id.ts'
import { RETRAINING_KIND } from '../state/policy.ts'
import { plain } from '../message/wording.ts'
import { baselineToCome } from './baseline-plan.ts'
import type { Retrain } from './retrain.ts'

type Step = Pick<RetrainEvent, 'type' | 'at' | 'comment' | 'error' | 'version'>

/**
 * Reports a failed retraining to the monitor's channels, and those of matching routes, as an alert of a separate kind, which fires until a retraining
 * succeeds.
 */
export async function reportOutcome(store: Store, retrain: Retrain, step: Step): Promise<void> {
  const { request, events } = retrain
  const failure = failureOf(retrain, step)
  if (failure === undefined && step.type !== 'succeeded') return
  const monitor = await monitors.find(store.control, request.monitor)
  if (monitor === undefined) return
  if (failure !== undefined) {
    const member = { column: request.id, explanation: failure }
    const id = [request.id, step.type, String(events.length)]
    await tell(store, retrainingEvent(monitor, { id, at: step.at, member, summary: failure }))
    return
  }
  await endFailure(
    store,
    monitor,
    step.at,
    `A retraining of ${request.model} succeeded with version "${plain(step.version ?? '')}".${baselineToCome(request.baselineFirst)}`,
  )
}

/** Ends the alert on failed retrainings of a monitor; of one for this kind of drift only, where it is given. */
export async function endFailure(
  store: Store,
  monitor: Monitor,
  at: Date,
  summary: string,
  concerns: (retrain: string) => boolean = () => true,
): Promise<void> {
  const [last] = await currentAlerts(store.control, {
    scope: 'alert',
    monitor: monitor.name,
    kind: RETRAINING_KIND,
  })
  if (last?.status !== 'firing' || !concerns(last.members[0].column)) return
  const { column, explanation, since } = last.members[0]
  const event = { id: [last.id, 'over'], at, member: { column, explanation, since }, summary, over: true }
  await tell(store, retrainingEvent(monitor, event))
}

async function tell(store: Store, event: AlertEvent): Promise<void> {
  await insertAlertEvents(store.control, await routeEvents(store, [event]))
}

interface RetrainingAlert {
  id: readonly string[]
  at: Date
  member: { column: string; explanation?: string | undefined; since?: string }
  summary: string
  over?: boolean
}

function retrainingEvent(
  { name, model, alert }: Monitor,
  { id, at, member, summary, over = false }: RetrainingAlert,
): AlertEvent {
  const windowEnd = new Date(Math.floor(at.getTime() / 1000) * 1000)
  const nowhere = { kind: RETRAINING_KIND, column: '', segment: '', version: '' }
  return {
    ...nowhere,
    id: eventId(['retraining', name, ...id], new Date(0), over ? 'all_resolved' : 'first'),
    scope: 'alert',
    monitor: name,
    model,
    windowEnd,
    reason: over ? 'all_resolved' : 'first',
    status: over ? 'resolved' : 'firing',
    severity: 'warning',
    summary,
    members: [{ ...nowhere, severity: 'warning', since: windowEnd.toISOString(), ...member }],
    baseline: undefined,
    createdAt: at,
    notify: true,
    channels: [...new Set(alert.channels)],
  }
}

/** What went wrong, in a sentence. */
function failureOf({ request }: Retrain, { type, comment, error }: Step): string | undefined {
  const which = `The retraining of ${request.model} requested from "${request.target}"`
  const why = plain(comment || (error ?? ''))
  const because = why === '' ? '.' : `: ${why.replace(/\.$/, '')}.`
  switch (type) {
    case 'failed':
      return `${which} failed${because}`
    case 'expired':
      return `${which} is considered lost, because no report on it arrived in time.`
    case 'undeliverable':
      return `The request to retrain ${request.model} could not be delivered to "${request.target}"${because}`
    default:
      return undefined
  }
}
