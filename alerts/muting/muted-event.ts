import type { AlertEvent, AlertMember, AlertReason } from '../../control/alerting/alert-event.ts'
import { alertReason } from '../state/alert.ts'
import { muteOf, type Mute, type Mutes } from './mute.ts'
import { memberKey } from '../state/member.ts'
import { worstSeverity } from '../../domain/severity.ts'
import { alertSummary } from '../message/summary.ts'

/** What a channel knows of an alert: the members it was told of while it fires. */
export interface Known {
  status: AlertEvent['status']
  windowEnd: Date
  members: readonly AlertMember[]
}

export type MutedEvent =
  /** `event`: as it is to be told, without the members of `leftOut`. */
  { status: 'unmuted'; event: AlertEvent; leftOut: string[] } | { status: 'muted'; mute: Mute }

/**
 * An event as a channel is to be told of it now. Pure. Members that are muted are not listed. Where nothing is left,
 * or nothing that the channel does not know already, the whole event is muted.
 */
export function mutedEvent(event: AlertEvent, known: Known | undefined, mutes: Mutes, now: Date): MutedEvent {
  const leftOut = new Map<string, Mute>()
  for (const member of event.members) {
    const mute = muteOf(event, member, mutes, now)
    if (mute !== undefined) leftOut.set(memberKey(member), mute)
  }
  const [mute] = leftOut.values()
  if (mute === undefined) return { status: 'unmuted', event, leftOut: [] }
  const members = event.members.filter((member) => !leftOut.has(memberKey(member)))
  if (members.length === 0 || !isNews(event, members, known)) return { status: 'muted', mute }
  return { status: 'unmuted', event: withMembers(event, members), leftOut: [...leftOut.keys()] }
}

/** Whether the members that are left are what the event came to be for. */
function isNews({ reason, windowEnd }: AlertEvent, firing: readonly AlertMember[], known?: Known): boolean {
  if (reason !== 'new_members' && reason !== 'severity_raised') return true
  const last = known && { ...known, severity: worstSeverity(known.members), members: [...known.members] }
  return alertReason({ windowEnd, firing, last, repeat: Infinity, breached: false }) !== undefined
}

function withMembers(event: AlertEvent, members: AlertMember[]): AlertEvent {
  const severity = worstSeverity(members)
  const summary = alertSummary(event.reason as AlertReason, { ...event, severity, members })
  return { ...event, severity, members, summary }
}
