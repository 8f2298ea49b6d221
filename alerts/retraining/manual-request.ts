import { randomBytes } from 'node:crypto'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import type { RetrainRequest, Training } from '../../control/alerting/retrains.ts'
import { manualEvidence, evidenceOf } from './evidence.ts'
import { dataProblemOf } from './data-problem.ts'
import { inTurn } from './in-turn.ts'
import { createRetrain, takeStep, type Step, type StepOutcome } from './record.ts'
import { readRetrain, readRetrains, type Retrain } from './retrain.ts'
import { waitSentence } from './waits.ts'
import { isUnderWay, type RetrainStatus } from '../../control/alerting/retrain-state.ts'

export const MANUAL_KIND = 'manual'
const ID_BYTES = 16

export interface ManualRequest {
  monitor: Monitor
  policy: RetrainPolicy
  /** The event of an alert that asks for it and what to train on; without one, the end of the newest window. */
  reason: { event: AlertEvent; training: Training } | { windowEnd: Date }
  now: Date
}

/** The request that a person makes. Its evidence is that of the alert where there is one. */
export function toRetrainRequest({ monitor, policy, reason, now }: ManualRequest): RetrainRequest {
  const event = 'event' in reason ? reason.event : undefined
  return {
    id: randomBytes(ID_BYTES).toString('hex'),
    model: monitor.model,
    monitor: monitor.name,
    kind: event?.kind ?? MANUAL_KIND,
    alert: event?.id,
    target: policy.target,
    evidence:
      'event' in reason
        ? evidenceOf(reason.event, monitor, reason.training)
        : manualEvidence(reason.windowEnd, monitor),
    callbackWithin: policy.callback_within,
    baselineFirst: policy.activate_baseline?.first,
    createdAt: now,
  }
}

type Person = Pick<Step, 'by' | 'comment' | 'requestId'>
export type ManualOutcome = { outcome: 'created'; retrain: Retrain } | { outcome: 'conflict'; other: Retrain }

/**
 * Asks for a retraining by hand: whatever the policy says of kinds, cooldown and number, but not beside another. A data
 * problem holds it back too, so that whoever asks knows of it, and may approve it all the same.
 */
export function requestManually(store: Store, manual: ManualRequest, person: Person): Promise<ManualOutcome> {
  return inTurn(async () => {
    const request = toRetrainRequest(manual)
    const other = await find(
      store,
      request,
      (status) => isUnderWay(status) || status === 'held' || status === 'deferred',
    )
    if (other !== undefined) return { outcome: 'conflict', other }
    const problem = manual.policy.dry_run ? undefined : await dataProblemOf(store, request.model)
    const first: Pick<Step, 'type' | 'comment'> =
      problem === undefined
        ? { type: manual.policy.dry_run ? 'dry_run' : 'requested', comment: person.comment }
        : {
            type: 'held',
            comment: [waitSentence([{ for: 'data_problem', problem }]), person.comment]
              .filter(Boolean)
              .join('; '),
          }
    return {
      outcome: 'created',
      retrain: await createRetrain(store, request, { ...person, ...first, at: manual.now }),
    }
  })
}

/** Lets a request go on that waits for approval, or could not be delivered before, unless another one is under way. */
export function resumeRetrain(
  store: Store,
  id: string,
  step: Step & { type: 'approved' | 'replayed' },
): Promise<StepOutcome> {
  return inTurn(async () => {
    const retrain = await readRetrain(store, id)
    const other = retrain && (await find(store, retrain.request, isUnderWay))
    if (retrain === undefined || other === undefined || other.request.id === id)
      return takeStep(store, id, step)
    return {
      outcome: 'conflict',
      reason: `the retraining ${other.request.id} of the model is in progress`,
      retrain,
    }
  })
}

async function find(
  store: Store,
  { model }: RetrainRequest,
  among: (status: RetrainStatus) => boolean,
): Promise<Retrain | undefined> {
  return (await readRetrains(store, { model })).find(({ state }) => among(state.status))
}
