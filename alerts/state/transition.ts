import type { AlertEvent, MemberReason } from '../../control/alerting/alert-event.ts'
import { compareSeverity, type Severity } from '../../domain/severity.ts'
import type { AlertPolicy } from './policy.ts'
import { isBreaching, isDecided, isPlaced, type WindowVerdict } from './window-verdict.ts'

export type MemberState =
  /** `since`: the window at which it was last resolved or lapsed; what came before no longer counts. */
  { status: 'ok'; since?: Date | undefined } | Open

/** `since`: end of the first window that counts. `severity`: while firing the highest so far. */
interface Open {
  status: 'pending' | 'firing'
  since: Date
  severity: Severity
}

export interface MemberTransition {
  reason: MemberReason
  /** Of a resolution: when what it ends began, and how severe it was. */
  since: Date
  severity: Severity
}

export interface TransitionInput {
  /** The member's last evaluations, ascending, this window's last. Those not decided may be left out but the last. */
  recent: readonly WindowVerdict[]
  /** As it was before this window. */
  last: MemberState
  policy: Pick<AlertPolicy, 'fire' | 'resolve'>
}

export interface TransitionOutcome {
  next: MemberState
  event?: MemberTransition
}

/**
 * What one more window makes of a member. Pure: from the same evaluations and the same state before the window
 * follows the same event, so a window that is run again adds nothing.
 *
 * A window that is not decided holds the state and takes no place among the evaluations that are counted; one that is
 * unconfirmed holds it as well, but takes a place: it neither fires nor resolves.
 * Nothing fires, or rises, but on a breach of the window itself.
 */
export function transition({ recent, last, policy }: TransitionInput): TransitionOutcome {
  const current = recent.at(-1)
  if (current === undefined || !isDecided(current)) return { next: last }
  const placed = recent.filter(isPlaced)
  if (last.status === 'firing') return whileFiring(placed, last, policy.resolve)

  // A window that resolved an alert was clean, unless it has been recomputed since: then it counts again.
  const counted = placed
    .filter(({ windowEnd }) => last.since === undefined || windowEnd >= last.since)
    .slice(-policy.fire.m)
  const breaches = counted.filter(isBreaching)
  if (isBreaching(current) && breaches.length >= policy.fire.n) {
    return enter('firing', breaches[0].windowEnd, current.verdict)
  }
  // Pending while a breach is left that will still count at the next evaluation.
  const stillCounts = policy.fire.m > 1 && counted.slice(1 - policy.fire.m).some(isBreaching)
  if (last.status === 'pending' && !stillCounts) return leave('lapsed', current.windowEnd, last)
  if (last.status === 'ok' && stillCounts && isBreaching(current)) {
    return enter('pending', breaches[0].windowEnd, current.verdict)
  }
  return { next: last }
}

function whileFiring(placed: readonly WindowVerdict[], last: Open, resolve: number): TransitionOutcome {
  const current = placed[placed.length - 1]
  if (isBreaching(current)) {
    if (compareSeverity(current.verdict, last.severity) <= 0) return { next: last }
    const raised = { since: last.since, severity: current.verdict }
    return { next: { status: 'firing', ...raised }, event: { reason: 'raised', ...raised } }
  }
  const clean = placed.slice(placed.findLastIndex(isBreaching) + 1).filter(isDecided).length
  return clean >= resolve ? leave('resolved', current.windowEnd, last) : { next: last }
}

function enter(status: 'pending' | 'firing', since: Date, severity: Severity): TransitionOutcome {
  return { next: { status, since, severity }, event: { reason: status, since, severity } }
}

function leave(reason: 'resolved' | 'lapsed', windowEnd: Date, { since, severity }: Open): TransitionOutcome {
  return { next: { status: 'ok', since: windowEnd }, event: { reason, since, severity } }
}

/** Ends what is open of a member that is no longer watched. */
export function abandon(last: MemberState, windowEnd: Date): TransitionOutcome {
  if (last.status === 'ok') return { next: last }
  return leave(last.status === 'firing' ? 'resolved' : 'lapsed', windowEnd, last)
}

/** The state that a member's last event left it in. */
export function memberStateAfter(
  event: Pick<AlertEvent, 'status' | 'severity' | 'windowEnd' | 'members'> | undefined,
): MemberState {
  if (event === undefined) return { status: 'ok' }
  if (event.status !== 'pending' && event.status !== 'firing') return { status: 'ok', since: event.windowEnd }
  const { status, severity, members } = event
  return { status, severity, since: new Date(members[0].since) }
}
