import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'
import type { Matcher, Silence } from '../../control/alerting/silences.ts'
import { globMatches } from './glob.ts'

export type SilenceState = 'pending' | 'active' | 'expired'

/** Where a silence stands at a time: its start counts, its end does not. Pure. */
export function silenceState({ start, end }: Pick<Silence, 'start' | 'end'>, now: Date): SilenceState {
  if (end <= now) return 'expired'
  return start <= now ? 'active' : 'pending'
}

/** Whether every matcher of a silence fits a member of an alert, whenever that is. Pure. */
export function silenceMatches(
  { matchers }: Pick<Silence, 'matchers'>,
  { model, monitor }: Pick<AlertEvent, 'model' | 'monitor'>,
  { kind, column, segment, version, severity }: AlertMember,
): boolean {
  const subject = { model, monitor, kind, column, segment, version, severity }
  return matchers.every(({ field, op, value }) => fits(op, value, subject[field]))
}

function fits(op: Matcher['op'], value: string, text: string): boolean {
  if (op === 'glob') return globMatches(value, text)
  return (value === text) === (op === '=')
}
