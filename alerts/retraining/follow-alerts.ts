import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { eventsAt } from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import type { RetrainEventType, RetrainEvidence } from '../../control/alerting/retrains.ts'
import { eventId } from '../state/event-id.ts'
import { dataProblemOf } from './data-problem.ts'
import { canJoin, decideRetraining, laneOf, type Lane, type RetrainDecision } from './decide.ts'
import { evidenceOf, trainingOf } from './evidence.ts'
import { readExclusions } from './exclusions.ts'
import { grow } from './grow.ts'
import { inTurn } from './in-turn.ts'
import { createRetrain, takeStep } from './record.ts'
import { readRetrains } from './retrain.ts'
import { toOther } from './read-waits.ts'
import { waitSentence } from './waits.ts'
import { withdraw } from './withdraw.ts'

/** Finds when that which an alert tells of has changed; undefined where the data do not show it. */
export type FindChange = (event: AlertEvent) => Promise<Date | undefined>

export interface FollowRequest {
  store: Store
  monitor: Monitor
  windowEnd: Date
  /** The kinds of drift that were evaluated. */
  kinds: readonly string[]
  findChange?: FindChange | undefined
  /** In evaluation time. */
  now: Date
}

/** An alert that asks for a retraining. */
interface Asking {
  event: AlertEvent
  evidence: RetrainEvidence
}

/**
 * Decides on retraining after the alerts of a window. What is decided follows from the stored events and has an id
 * that follows from theirs, so that a window that is run again, after a crash say, asks for nothing twice.
 */
export async function followAlerts(request: FollowRequest): Promise<void> {
  const { store, monitor, windowEnd, kinds, now } = request
  const { retrain: policy } = monitor
  if (policy === undefined) return
  const events = (await eventsAt(store.control, monitor.name, windowEnd)).filter(
    ({ scope, kind }) => scope === 'alert' && kinds.includes(kind),
  )
  if (events.length === 0) return
  const known = await askedAlready(store, monitor.model)
  const lanes = new Map<Lane, Asking[]>([
    ['automatic', []],
    ['approval', []],
  ])
  for (const event of events) {
    const lane = laneOf(policy, event)
    if (lane === undefined || known.has(event.id)) continue
    lanes.get(lane)!.push({ event, evidence: await readEvidence(request, event) })
  }
  const resolved = events.filter(({ status }) => status === 'resolved')
  await inTurn(async () => {
    await withdraw(store, monitor.model, resolved, { by: byMonitor(monitor), at: now })
    for (const [lane, asking] of lanes) await ask({ store, monitor, policy, lane, asking, now })
  })
}

async function askedAlready(store: Store, model: string): Promise<Set<string>> {
  return new Set((await readRetrains(store, { model })).flatMap(({ askedBy }) => [...askedBy]))
}

async function readEvidence(
  { store, monitor, findChange }: FollowRequest,
  event: AlertEvent,
): Promise<RetrainEvidence> {
  return evidenceOf(event, monitor, await readTraining(store, monitor, event, findChange))
}

/** The period to train on, by what the data show and what was wrong with them. */
export async function readTraining(
  store: Store,
  monitor: Monitor,
  event: AlertEvent,
  findChange: FindChange | undefined,
) {
  const training = trainingOf(event, monitor, await findChange?.(event))
  return { ...training, exclude: await readExclusions(store, monitor.model, training) }
}

interface Ask {
  store: Store
  monitor: Monitor
  policy: RetrainPolicy
  lane: Lane
  asking: readonly Asking[]
  now: Date
}

/** One request for all alerts of a window that wait for the same decision, or none where one that waits takes them. */
async function ask(context: Ask): Promise<void> {
  const { store, monitor, policy, lane, now } = context
  const all = await readRetrains(store, { model: monitor.model })
  const asking = context.asking.filter(({ event }) => !all.some(({ askedBy }) => askedBy.has(event.id)))
  if (asking.length === 0) return
  const evidence = asking.map((one) => one.evidence).reduce(grow)
  const open = policy.dry_run ? undefined : all.findLast((one) => canJoin(one, lane, policy.target))
  if (open !== undefined) {
    const comment = evidence.alerts.map(({ kind, severity }) => `${kind} (${severity})`).join(', ')
    const step = { type: 'joined', by: byMonitor(monitor), comment, evidence, at: now } as const
    const { outcome } = await takeStep(store, open.request.id, step)
    // Another process has begun to send it in between.
    if (outcome !== 'applied') await ask({ ...context, asking })
    return
  }
  const dataProblem = await dataProblemOf(store, monitor.model)
  const decision = decideRetraining({ policy, lane, others: all.map(toOther), dataProblem, now })
  const waits = 'waits' in decision ? waitSentence(decision.waits) : ''
  const comment = decision.decision === 'refuse' ? `a dry run makes nothing later: it ${waits}` : waits
  const [lead] = evidence.alerts
  const event = asking.find((one) => one.event.id === lead.id)!.event
  await createRetrain(
    store,
    {
      id: eventId(['retrain', event.id], event.windowEnd, event.reason),
      model: monitor.model,
      monitor: monitor.name,
      kind: lead.kind,
      alert: lead.id,
      target: policy.target,
      evidence,
      callbackWithin: policy.callback_within,
      baselineFirst: policy.activate_baseline?.first,
      createdAt: now,
    },
    { type: FIRST_EVENT[decision.decision], by: byMonitor(monitor), comment, at: now },
  )
}

const byMonitor = ({ name }: Monitor) => `monitor ${name}`

const FIRST_EVENT: Record<RetrainDecision['decision'], RetrainEventType> = {
  request: 'requested',
  await_approval: 'awaiting_approval',
  hold: 'held',
  defer: 'deferred',
  dry_run: 'dry_run',
  refuse: 'refused',
}
