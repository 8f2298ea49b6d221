import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'
import type { Silence } from '../../control/alerting/silences.ts'
import { inhibits } from './inhibit.ts'
import { memberName } from '../message/wording.ts'
import { silenceMatches, silenceState } from './silence.ts'

/** What can mute messages, as it stands when they are about to be sent. */
export interface Mutes {
  silences: readonly Silence[]
  /** The last events of members of the kind `data` that fire. */
  findings: readonly AlertEvent[]
  /** Those on columns that have ended. */
  ended: readonly Ended[]
}

/** A finding that has ended: windows that end before `until` still hold rows that it is about. */
export interface Ended {
  finding: AlertEvent
  until: Date
}

/** Why nothing is told of a member for now. */
export type Mute = { status: 'silenced'; silence: Silence } | { status: 'inhibited'; finding: AlertEvent }

/** What mutes a member of an alert at a time, if anything does: a silence before a finding. Pure. */
export function muteOf(
  event: Pick<AlertEvent, 'model' | 'monitor' | 'windowEnd'>,
  member: AlertMember,
  { silences, findings, ended }: Mutes,
  now: Date,
): Mute | undefined {
  const silence = silences.find(
    (one) => silenceState(one, now) === 'active' && silenceMatches(one, event, member),
  )
  if (silence !== undefined) return { status: 'silenced', silence }
  const own = ended.filter((one) => holdsRows(one, event)).map(({ finding }) => finding)
  const finding = [...findings, ...own].find((one) => inhibits(one, event, member))
  return finding && { status: 'inhibited', finding }
}

function holdsRows({ finding, until }: Ended, { windowEnd }: Pick<AlertEvent, 'windowEnd'>): boolean {
  const since = Date.parse(finding.members[0].since)
  return windowEnd.getTime() >= since && windowEnd < until
}

/** What mutes, as the delivery log tells it. Until its end is told, or its words change, it is noted once. */
export function muteText(mute: Mute): string {
  if (mute.status === 'silenced') {
    const { id, author, end } = mute.silence
    return `silence ${id} by ${author} until ${end.toISOString()}`
  }
  const { monitor, members } = mute.finding
  return `${memberName(members[0])} of monitor ${monitor}`
}
