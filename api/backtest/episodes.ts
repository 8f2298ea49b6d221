import type { z } from 'zod'
import { byWeight, memberKey } from '../../alerts/state/member.ts'
import { compareSeverity } from '../../domain/severity.ts'
import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'
import type { firedSchema } from '../contract/backtest.ts'

type Fired = z.input<typeof firedSchema>

/** Puts the events of each alert together, from the first to its resolution. */
export function episodesOf(events: readonly AlertEvent[]): Fired[] {
  const open = new Map<string, AlertEvent[]>()
  const episodes: Fired[] = []
  for (const event of events) {
    const sofar = [...(open.get(event.kind) ?? []), event]
    open.set(event.kind, sofar)
    if (event.status !== 'resolved') continue
    episodes.push(episode(sofar, event))
    open.delete(event.kind)
  }
  for (const sofar of open.values()) episodes.push(episode(sofar, undefined))
  return episodes.sort((a, b) => (a.fired_at < b.fired_at ? -1 : 1))
}

function episode(events: readonly AlertEvent[], resolution: AlertEvent | undefined): Fired {
  const members = new Map<string, AlertMember>()
  for (const member of events.flatMap((event) => (event === resolution ? [] : event.members))) {
    const before = members.get(memberKey(member))
    if (before === undefined || compareSeverity(member.severity, before.severity) >= 0)
      members.set(memberKey(member), { ...member, since: before?.since ?? member.since })
  }
  const worst = [...members.values()].sort(byWeight)
  return {
    kind: events[0].kind,
    severity: worst[0].severity,
    fired_at: events[0].windowEnd.toISOString(),
    resolved_at: resolution?.windowEnd.toISOString() ?? null,
    messages: events.length,
    members: worst.map(({ column, segment, version, severity, since, effect, explanation }) => ({
      column,
      segment,
      version,
      severity,
      since,
      effect: effect ?? null,
      explanation: explanation ?? null,
    })),
  }
}
