import type { Severity } from '../../domain/severity.ts'
import type { AlertEventRow } from '../database/tables.ts'

/** What an alert watches, one by one. `segment` and `version` are empty where they do not apply. */
export interface Member {
  /** A kind of drift, or `data` for a finding about the data itself. */
  kind: string
  column: string
  segment: string
  version: string
}

/**
 * Why a member's event came to be. `lapsed`: it was pending, and never fired. `recomputed`: a window computed again
 * left it in another state than an event of that window says.
 */
export type MemberReason = 'pending' | 'firing' | 'raised' | 'resolved' | 'lapsed' | 'recomputed'
/** Why an alert is told of. `unwatched`: it ends because nothing checks it any longer. */
export type AlertReason =
  'first' | 'new_members' | 'severity_raised' | 'all_resolved' | 'repeat' | 'unwatched'
export type AlertStatus = 'ok' | 'pending' | 'firing' | 'resolved'

/** A member as an event tells of it. */
export interface AlertMember extends Member {
  /** The highest since it fired. */
  severity: Severity
  /** End of the first window that counted towards firing, ISO 8601. */
  since: string
  explanation?: string | undefined
  effect?: number | undefined
  importance?: number | undefined
  /** Of a finding about the data: what is wrong, and whether that is all that has changed of the feature. */
  finding?: string | undefined
  explainsDrift?: boolean | undefined
  /** The result that shows it. */
  resultId?: string | undefined
}

export interface AlertEvent {
  /** Follows from the member or alert, the window and the reason: the same event again has the same id. */
  id: string
  /** `member`: one member's transition. `alert`: the duty to tell of a monitor's kind of drift. */
  scope: 'member' | 'alert'
  monitor: string
  model: string
  kind: string
  /** Empty in the scope `alert`, as are `segment` and `version`. */
  column: string
  segment: string
  version: string
  windowEnd: Date
  reason: MemberReason | AlertReason
  status: AlertStatus
  severity: Severity
  /** One sentence. */
  summary: string
  /** Most severe first; of a resolved alert the members that it had. */
  members: AlertMember[]
  /** What the windows were compared with, in words. */
  baseline: string | undefined
  /** Who the model says is to deal with it; undefined where it names nobody. */
  owner?: string | undefined
  /** Of an experiment that a person closed: the version that takes over from now on. */
  promoted?: string | undefined
  createdAt: Date
  notify: boolean
  /** Names of the channels that are to be told. */
  channels: string[]
}

export function decodeAlertEvent(row: AlertEventRow): AlertEvent {
  const { seq: _, window_end, created_at, notify, details, channels, ...rest } = row
  const { members, baseline, owner, promoted } = JSON.parse(details) as Pick<
    AlertEvent,
    'members' | 'baseline' | 'owner' | 'promoted'
  >
  return {
    ...(rest as Pick<AlertEvent, keyof typeof rest & keyof AlertEvent>),
    members,
    baseline,
    owner,
    promoted,
    windowEnd: new Date(window_end),
    createdAt: new Date(created_at),
    notify: notify === 1,
    channels: JSON.parse(channels) as string[],
  }
}

export function encodeAlertEvent(event: AlertEvent, seq: number): AlertEventRow {
  const { windowEnd, createdAt, notify, members, baseline, owner, promoted, channels, ...rest } = event
  return {
    ...rest,
    seq,
    window_end: windowEnd.getTime(),
    created_at: createdAt.getTime(),
    notify: notify ? 1 : 0,
    details: JSON.stringify({ members, baseline, owner, promoted }),
    channels: JSON.stringify(channels),
  }
}
