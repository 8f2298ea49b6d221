import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'
import { alertReason } from './alert.ts'
import { describeBaselines } from './describe-baselines.ts'
import { eventId } from './event-id.ts'
import { byWeight, memberKey } from './member.ts'
import { worstSeverity } from '../../domain/severity.ts'
import type { StepInput } from './step-input.ts'
import { memberEvents, stepMembers, type SteppedMember } from './step-members.ts'
import { alertSummary } from '../message/summary.ts'

/** All new events that one window of a monitor makes, of members and of alerts. Pure. */
export function step(request: StepInput): AlertEvent[] {
  const input = withinKinds(request)
  const stepped = stepMembers(input)
  const previous = [...input.before, ...input.existing.toReversed()].filter(({ scope }) => scope === 'alert')
  const last = new Map(previous.map((event) => [event.kind, event]))
  const kinds = new Set([...stepped.map(({ member }) => member.kind), ...last.keys()])
  const alertEvents = [...kinds].flatMap((kind) => {
    const members = stepped.filter(({ member }) => member.kind === kind)
    return alertEvent(input, kind, members, last.get(kind))
  })
  const known = new Set(input.existing.filter(({ scope }) => scope === 'alert').map(({ id }) => id))
  return [
    ...stepped.flatMap((one) => memberEvents(input, one)),
    ...alertEvents.filter(({ id }) => !known.has(id)),
  ]
}

function withinKinds(input: StepInput): StepInput {
  const { kinds, evaluations, before, existing } = input
  if (kinds === undefined) return input
  const within = ({ kind }: { kind: string }) => kinds.includes(kind)
  return {
    ...input,
    evaluations: evaluations.filter(within),
    before: before.filter(within),
    existing: existing.filter(within),
  }
}

function alertEvent(
  { monitor, windowEnd, baselineOf, retrained, now }: StepInput,
  kind: string,
  stepped: readonly SteppedMember[],
  last: AlertEvent | undefined,
): AlertEvent[] {
  const firing = stepped.flatMap(firingMember).sort(byWeight)
  const breached = stepped.some((one) => one.next.status === 'firing' && one.breached)
  const reason = alertReason({ windowEnd, firing, last, repeat: monitor.alert.repeat, breached })
  if (reason === undefined) return []
  const resolved = reason === 'all_resolved'
  const members = resolved ? resolvedMembers(last?.members ?? [], stepped) : firing
  const severity = worstSeverity(members)
  const baseline = describeBaselines(members, baselineOf)
  const about = { model: monitor.model, kind, windowEnd, severity, members, baseline, retrained }
  return [
    {
      model: monitor.model,
      kind,
      windowEnd,
      severity,
      members,
      baseline,
      id: eventId(['alert', monitor.name, kind], windowEnd, reason),
      scope: 'alert',
      monitor: monitor.name,
      column: '',
      segment: '',
      version: '',
      reason,
      status: resolved ? 'resolved' : 'firing',
      summary: alertSummary(reason, about),
      createdAt: now,
      notify: true,
      channels: [...new Set(monitor.alert.channels)],
    },
  ]
}

function firingMember({ member, next, details }: SteppedMember): AlertMember[] {
  if (next.status !== 'firing') return []
  return [{ ...member, severity: next.severity, since: next.since.toISOString(), ...details }]
}

/** The members that were last told of, with what this window says of them. */
function resolvedMembers(members: readonly AlertMember[], stepped: readonly SteppedMember[]): AlertMember[] {
  const now = new Map(stepped.map(({ member, details }) => [memberKey(member), details]))
  return members.map((member) => ({ ...member, ...now.get(memberKey(member)) })).sort(byWeight)
}
