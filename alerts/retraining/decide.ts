import { DAY_MS } from '../../domain/time.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import { isUnderWay, type RetrainState } from '../../control/alerting/retrain-state.ts'

export interface DecideInput {
  policy: RetrainPolicy
  event: Pick<AlertEvent, 'scope' | 'status' | 'kind' | 'reason'>
  /** Where all earlier requests for the same model stand, whichever monitor made them. */
  earlier: readonly Pick<RetrainState, 'status' | 'requestedAt' | 'attempts'>[]
  /** What is wrong with the model's data; undefined where nothing is known to be. */
  dataProblem?: string | undefined
  /** In evaluation time. */
  now: Date
}

export type RetrainDecision =
  | { decision: 'request' }
  /** `reason`: what the person should know. */
  | { decision: 'await_approval'; reason?: string | undefined }
  /** Wanted by the policy, once the data are as they should be. */
  | { decision: 'hold'; reason: string }
  | { decision: 'dry_run' }
  /** Wanted by the policy, and not to be done now. */
  | { decision: 'refuse'; reason: string }
  /** Not asked for. */
  | { decision: 'none' }

/**
 * What follows for retraining from an event of an alert. Pure.
 *
 * Only the beginning of an alert, and its turning critical, ask for it: a repetition, or one more column, tells of
 * drift that a retraining was asked for already. Silences mute messages, not this. A model is not trained on broken data
 * unless a person says so.
 */
export function decideRetraining({ policy, event, earlier, dataProblem, now }: DecideInput): RetrainDecision {
  const { kind } = event
  const automatic = policy.on.some((one) => one === kind)
  if (!automatic && !policy.approval.some((one) => one === kind)) return { decision: 'none' }
  if (event.scope !== 'alert' || event.status !== 'firing') return { decision: 'none' }
  if (event.reason !== 'first' && event.reason !== 'severity_raised') return { decision: 'none' }
  const refusal = automatic ? refusalOf(policy, earlier, now) : whileWaiting(earlier)
  if (refusal !== undefined) return { decision: 'refuse', reason: refusal }
  if (policy.dry_run) return { decision: 'dry_run' }
  if (!automatic) return { decision: 'await_approval', reason: dataProblem }
  return dataProblem === undefined ? { decision: 'request' } : { decision: 'hold', reason: dataProblem }
}

/** A person who approves decides on the moment too, so that only one question is asked at a time. */
function whileWaiting(earlier: DecideInput['earlier']): string | undefined {
  const waits = earlier.some(({ status }) => status === 'awaiting_approval')
  return waits ? 'another retraining of the model is waiting for approval' : undefined
}

function refusalOf(policy: RetrainPolicy, earlier: DecideInput['earlier'], now: Date): string | undefined {
  if (earlier.some(({ status }) => isUnderWay(status)))
    return 'another retraining of the model is in progress'
  if (earlier.some(({ status }) => status === 'held'))
    return 'another retraining of the model is held back by a data problem'
  const times = earlier.filter((one) => counts(one, policy)).map(({ requestedAt }) => requestedAt!.getTime())
  const ready = Math.max(...times) + policy.cooldown
  if (now.getTime() < ready)
    return `the cooldown after the last retraining lasts until ${new Date(ready).toISOString()}`
  const today = times.filter((time) => now.getTime() - time < DAY_MS).length
  if (today >= policy.max_per_day)
    return `${today} ${today === 1 ? 'was' : 'were'} requested within 24 hours, and max_per_day is ${policy.max_per_day}`
  return undefined
}

/** Whether the pipeline was asked, as far as anyone knows; in a dry run, whether it would have been. */
function counts(
  { status, requestedAt, attempts }: DecideInput['earlier'][number],
  policy: RetrainPolicy,
): boolean {
  if (requestedAt === undefined || status === 'undeliverable') return false
  if (status === 'dry_run') return policy.dry_run
  return status !== 'cancelled' || attempts > 0
}
