import type { AlertEvent, AlertMember, AlertReason } from '../../control/alerting/alert-event.ts'
import { memberKey } from './member.ts'
import { compareSeverity, worstSeverity } from '../../domain/severity.ts'

export interface AlertInput {
  windowEnd: Date
  /** The members that fire after this window. */
  firing: readonly AlertMember[]
  /** What was last told of this alert, at this window or an earlier one. */
  last: Pick<AlertEvent, 'status' | 'severity' | 'windowEnd' | 'members'> | undefined
  /** Milliseconds of evaluation time. */
  repeat: number
  /** Whether this window breached for any of the firing members. */
  breached: boolean
}

/**
 * Whether there is something to tell of an alert, and why. Pure.
 *
 * It is weighed against what was last told, not against the window before: a member that was found late, in a
 * window computed again, is told of at the next one. A member that fired, resolved and fired again is new.
 */
export function alertReason({
  windowEnd,
  firing,
  last,
  repeat,
  breached,
}: AlertInput): AlertReason | undefined {
  const firingEvent = last?.status === 'firing' ? last : undefined
  if (firing.length === 0) return firingEvent ? 'all_resolved' : undefined
  if (firingEvent === undefined) return 'first'
  // First, because it asks for a retraining and a further member does not.
  if (compareSeverity(worstSeverity(firing), firingEvent.severity) > 0) return 'severity_raised'
  const known = new Set(firingEvent.members.map(episode))
  if (firing.some((member) => !known.has(episode(member)))) return 'new_members'
  if (breached && windowEnd.getTime() - firingEvent.windowEnd.getTime() >= repeat) return 'repeat'
  return undefined
}

function episode(member: AlertMember): string {
  return `${memberKey(member)} ${member.since}`
}
