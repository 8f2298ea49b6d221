import { compareSeverity } from '../../domain/severity.ts'
import type { AlertMember, Member } from '../../control/alerting/alert-event.ts'

/** Sorts members: most severe first, then most important, then by effect, then by name. */
export function byWeight(a: AlertMember, b: AlertMember): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    (b.importance ?? 0) - (a.importance ?? 0) ||
    (b.effect ?? 0) - (a.effect ?? 0) ||
    (memberKey(a) < memberKey(b) ? -1 : 1)
  )
}

/** The identity of a member within a monitor. */
export function memberKey({ kind, column, segment, version }: Member): string {
  return JSON.stringify([kind, column, segment, version])
}
