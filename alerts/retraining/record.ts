import { randomUUID } from 'node:crypto'
import { inTransaction } from '../../control/database/control.ts'
import { insertAudit } from '../../control/declared/audit.ts'
import type { Store } from '../../store/engine/client.ts'
import {
  insertRetrain,
  insertRetrainEvent,
  type RetrainEvent,
  type RetrainRequest,
} from '../../control/alerting/retrains.ts'
import { inTurn } from './in-turn.ts'
import { reportOutcome } from './report-outcome.ts'
import { readRetrain, type Retrain } from './retrain.ts'
import { advance, retrainStateAfter } from '../../control/alerting/retrain-state.ts'

/** What is to be added to a request; `requestId` of the call that asked for it. */
export type Step = Omit<RetrainEvent, 'id' | 'seq'> & { requestId?: string | undefined }

export type StepOutcome =
  | { outcome: 'applied' | 'unchanged'; retrain: Retrain }
  | { outcome: 'conflict'; reason: string; retrain: Retrain }
  | { outcome: 'unknown' }

/** Adds a step to a request where it leads somewhere. */
export function recordStep(store: Store, id: string, step: Step): Promise<StepOutcome> {
  return inTurn(() => takeStep(store, id, step))
}

/** {@link recordStep} for whoever has the turn already. */
export async function takeStep(store: Store, id: string, step: Step): Promise<StepOutcome> {
  const retrain = await readRetrain(store, id)
  if (retrain === undefined) return { outcome: 'unknown' }
  const would = advance(retrain.state, step)
  if (would.outcome !== 'applied') return { ...would, retrain }
  // Before the step itself: a crash in between has it taken again, and the same message is told once.
  await reportOutcome(store, retrain, step)
  const applied = await append(store, retrain.request, retrain.events, step)
  const after = await readRetrain(store, id)
  if (after === undefined) throw new Error(`the retraining ${id} has vanished`)
  if (applied) return { outcome: 'applied', retrain: after }
  return { outcome: 'conflict', reason: 'it changed at the same time', retrain: after }
}

/** Stores a request with its first event. To be called in turn. */
export async function createRetrain(store: Store, request: RetrainRequest, first: Step): Promise<Retrain> {
  await insertRetrain(store.control, request)
  await append(store, request, [], first)
  const created = await readRetrain(store, request.id)
  if (created === undefined) throw new Error(`the retraining ${request.id} has vanished`)
  return created
}

/** Adds an event after those that were read, with its entry in the audit; false where another came in between. */
function append(
  { control }: Store,
  { id }: RetrainRequest,
  events: readonly RetrainEvent[],
  { requestId = '', ...step }: Step,
): Promise<boolean> {
  const event = { ...step, id: randomUUID(), seq: (events.at(-1)?.seq ?? 0) + 1 }
  return inTransaction(control, async (transaction) => {
    if (!(await insertRetrainEvent(transaction, id, event))) return false
    await insertAudit(transaction, {
      at: step.at,
      actor: step.by,
      action: `retrain.${step.type}`,
      subject: 'retraining',
      name: id,
      requestId,
      before: retrainStateAfter(events)?.status ?? '',
      after: retrainStateAfter([...events, event])?.status ?? '',
      detail: step.comment || (step.error ?? ''),
    })
    return true
  })
}
