import type {
  AlertEvent,
  AlertMember,
  AlertStatus,
  Member,
  MemberReason,
} from '../../control/alerting/alert-event.ts'
import { describeBaselines } from './describe-baselines.ts'
import { eventId } from './event-id.ts'
import { policyFor } from './policy.ts'
import { reconcile } from './reconcile.ts'
import { isBreaching, type MemberEvaluation } from './window-verdict.ts'
import { memberKey } from './member.ts'
import type { StepInput } from './step-input.ts'
import { memberSummary } from '../message/summary.ts'
import {
  abandon,
  memberStateAfter,
  transition,
  type MemberState,
  type TransitionOutcome,
} from './transition.ts'

export interface SteppedMember extends TransitionOutcome {
  member: Member
  /** Whether this window is a warning or critical for it. */
  breached: boolean
  details: Pick<
    AlertMember,
    'explanation' | 'effect' | 'resultId' | 'importance' | 'finding' | 'explainsDrift'
  >
}

/** Takes each member that has an evaluation or an event in this window, or an open state before it, one window on. */
export function stepMembers(input: StepInput): SteppedMember[] {
  const { evaluations, before } = input
  const last = new Map(before.filter(({ scope }) => scope === 'member').map((e) => [memberKey(e), e]))
  const open = [...last.values()].filter(({ status }) => status === 'pending' || status === 'firing')
  const earlier = input.existing.filter(({ scope }) => scope === 'member')
  const members = new Map([...evaluations, ...open, ...earlier].map((member) => [memberKey(member), member]))
  const past = groupByMember(input.history)
  const now = new Map(evaluations.map((evaluation) => [memberKey(evaluation), evaluation]))
  const existing = groupByMember(earlier)
  return [...members].map(([key, { kind, column, segment, version }]) =>
    stepMember(input, {
      member: { kind, column, segment, version },
      past: past.get(key) ?? [],
      current: now.get(key),
      last: last.get(key),
      existing: existing.get(key) ?? [],
    }),
  )
}

interface MemberInput {
  member: Member
  past: readonly MemberEvaluation[]
  current: MemberEvaluation | undefined
  last: AlertEvent | undefined
  existing: readonly AlertEvent[]
}

function stepMember(
  { monitor, windowEnd, importance, watches }: StepInput,
  { member, past, current, last, existing }: MemberInput,
): SteppedMember {
  const before = memberStateAfter(last)
  const weight = importance?.(member)
  if (current === undefined && watches?.(member) === false) {
    const details = { explanation: 'The monitor no longer checks it.', importance: weight }
    return { ...reconcile(abandon(before, windowEnd), existing), member, breached: false, details }
  }
  const evaluations = current === undefined ? past : [...past, current]
  const recent = current === undefined ? [] : evaluations
  const outcome = reconcile(
    transition({ recent, last: before, policy: policyFor(monitor.alert, member.kind) }),
    existing,
  )
  const evidence = evidenceOf(outcome.next, evaluations) ?? (existing[0] ?? last)?.members[0]
  // The window that ends a finding does not have it.
  const { finding, explainsDrift } = evidence?.finding === undefined ? (last?.members[0] ?? {}) : evidence
  return {
    ...outcome,
    member,
    breached: current !== undefined && isBreaching(current),
    details: {
      explanation: evidence?.explanation,
      effect: evidence?.effect,
      resultId: evidence?.resultId,
      importance: weight,
      ...(finding === undefined ? {} : { finding }),
      ...(explainsDrift === undefined ? {} : { explainsDrift }),
    },
  }
}

/** Of what is open the last breach tells, of what has ended the window that ended it. */
function evidenceOf(
  next: MemberState,
  evaluations: readonly MemberEvaluation[],
): MemberEvaluation | undefined {
  return next.status === 'ok' ? evaluations.at(-1) : evaluations.findLast(isBreaching)
}

/** The event of a member's transition, if it made one. */
export function memberEvents(
  input: StepInput,
  { member, next, event, details }: SteppedMember,
): AlertEvent[] {
  if (event === undefined) return []
  const { monitor, windowEnd, now } = input
  const { kind, column, segment, version } = member
  const { reason, severity, since } = event
  const members = [{ ...member, severity, since: since.toISOString(), ...details }]
  const baseline = describeBaselines(members, input.baselineOf)
  const about = { model: monitor.model, windowEnd, baseline, ...member, severity, members }
  return [
    {
      ...about,
      id: eventId(['member', monitor.name, kind, column, segment, version], windowEnd, reason),
      scope: 'member',
      monitor: monitor.name,
      reason,
      status: statusAfter(reason, next),
      summary: memberSummary(reason, about),
      createdAt: now,
      notify: false,
      channels: [],
    },
  ]
}

function statusAfter(reason: MemberReason, { status }: MemberState): AlertStatus {
  return reason === 'resolved' ? 'resolved' : status
}

function groupByMember<T extends Member>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = memberKey(item)
    const found = groups.get(key)
    if (found === undefined) groups.set(key, [item])
    else found.push(item)
  }
  return groups
}
