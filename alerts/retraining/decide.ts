import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import { isUnsent } from '../../control/alerting/retrain-state.ts'
import type { DataProblem } from './data-problem.ts'
import type { Retrain } from './retrain.ts'
import { waitsFor, type OtherRetrain, type Wait } from './waits.ts'

/** Who decides: the policy alone, or a person. What waits for one does not wait for the other. */
export type Lane = 'automatic' | 'approval'

/**
 * Whether an event of an alert asks for a retraining, and who decides. Pure.
 *
 * Only the beginning of an alert, and its turning critical, ask for it: a repetition, or one more column, tells of
 * drift that a retraining was asked for already. Silences mute messages, not this.
 */
export function laneOf(
  policy: Pick<RetrainPolicy, 'on' | 'approval'>,
  { scope, status, kind, reason }: Pick<AlertEvent, 'scope' | 'status' | 'kind' | 'reason'>,
): Lane | undefined {
  if (scope !== 'alert' || status !== 'firing') return undefined
  if (reason !== 'first' && reason !== 'severity_raised') return undefined
  if (policy.on.some((one) => one === kind)) return 'automatic'
  return policy.approval.some((one) => one === kind) ? 'approval' : undefined
}

export interface DecideInput {
  policy: Pick<RetrainPolicy, 'cooldown' | 'max_per_day' | 'dry_run'>
  lane: Lane
  /** All other requests for the same model, whichever monitor made them. */
  others: readonly OtherRetrain[]
  /** What is wrong with the model's data; undefined where nothing is known to be. */
  dataProblem?: DataProblem | undefined
  /** In evaluation time. */
  now: Date
}

export type RetrainDecision =
  | { decision: 'request' }
  | { decision: 'await_approval'; waits: Wait[] }
  /** Until the data are as they should be. A model is not trained on broken data unless a person says so. */
  | { decision: 'hold'; waits: Wait[] }
  /** Until another retraining has ended, and the time after it. */
  | { decision: 'defer'; waits: Wait[] }
  | { decision: 'dry_run' }
  /** A dry run that would wait: nothing is made later of it. */
  | { decision: 'refuse'; waits: Wait[] }

/** What becomes of a request now, a new one or one that waits for no person. Pure. */
export function decideRetraining({ policy, lane, others, dataProblem, now }: DecideInput): RetrainDecision {
  if (lane === 'approval')
    return policy.dry_run
      ? { decision: 'dry_run' }
      : { decision: 'await_approval', waits: [{ for: 'approval', problem: dataProblem }] }
  const waits = waitsFor(policy, others, now)
  if (policy.dry_run) return waits.length === 0 ? { decision: 'dry_run' } : { decision: 'refuse', waits }
  if (waits.length > 0) return { decision: 'defer', waits }
  if (dataProblem === undefined) return { decision: 'request' }
  return { decision: 'hold', waits: [{ for: 'data_problem', problem: dataProblem }] }
}

/**
 * Whether alerts may still join a request. Pure. What needs approval joins only what waits for it, so that nothing is
 * sent that nobody has seen; what is automatic joins only what waits for no person.
 */
export function canJoin(
  { request, state }: Pick<Retrain, 'request' | 'state'>,
  lane: Lane,
  target: string,
): boolean {
  if (!isUnsent(state) || request.target !== target) return false
  return (state.status === 'awaiting_approval') === (lane === 'approval')
}
