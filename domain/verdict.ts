import type { Severity } from './severity.ts'

/** What a result can say, from the mildest to the worst. */
export const VERDICTS = ['insufficient_data', 'ok', 'unconfirmed', 'warning', 'critical'] as const

/** `unconfirmed`: an effect that reaches a threshold, where chance or what decides does not bear it out. Never a breach. */
export type Verdict = (typeof VERDICTS)[number]

/** What a window says of a member of an alert: a verdict, or why there is none. */
export type MemberVerdict = Verdict | 'no_data' | 'error'

export function isBreach(verdict: MemberVerdict | null): verdict is Severity {
  return verdict === 'warning' || verdict === 'critical'
}
