import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { memberStateAfter, type MemberState, type TransitionOutcome } from './transition.ts'

/**
 * What a window that ran before makes of a member now that it is run again. Pure.
 *
 * What was sent stands: a member that fired at this window, or resolved, goes on from there even if the window says
 * otherwise by now. But where an earlier window, computed again, has left the member in a graver state than this
 * window's own event says, a correction carries that state on; else it would be lost here.
 *
 * @param existing the member's events at this window, newest first
 */
export function reconcile(outcome: TransitionOutcome, existing: readonly AlertEvent[]): TransitionOutcome {
  if (existing.length === 0) return outcome
  const { next, event } = outcome
  const stands = memberStateAfter(existing[0])
  const isNew = event !== undefined && existing.every(({ reason }) => reason !== event.reason)
  const unfires = stands.status === 'firing' && (event?.reason === 'pending' || event?.reason === 'lapsed')
  if (isNew && !unfires) return outcome
  if (existing[0].reason === 'resolved' || next.status === 'ok' || gravity(next) <= gravity(stands)) {
    return { next: stands }
  }
  return { next, event: { reason: 'recomputed', since: next.since, severity: next.severity } }
}

function gravity(state: MemberState): number {
  if (state.status !== 'firing') return state.status === 'ok' ? 0 : 1
  return state.severity === 'warning' ? 2 : 3
}
