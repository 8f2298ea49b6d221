import type { AlertMember, Member, Severity } from '../../store/alerting/alert-events.ts'

export type Verdict = 'ok' | Severity | 'unconfirmed' | 'insufficient_data' | 'no_data' | 'error'

/** One verdict on one member at the window that ended at `windowEnd`. */
export interface Evaluation {
  windowEnd: Date
  verdict: Verdict
  resultId?: string | undefined
  explanation?: string | undefined
  effect?: number | undefined
}

export type MemberEvaluation = Member & Evaluation

export type Breach = Evaluation & { verdict: Severity }
export type Decided = Evaluation & { verdict: 'ok' | Severity }
/** The evaluations that are looked at, of which some must breach. */
export type Placed = Evaluation & { verdict: 'ok' | Severity | 'unconfirmed' }

const RANK: Record<Severity, number> = { warning: 1, critical: 2 }

/** Negative when `a` is the milder one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b]
}

export function isBreach(evaluation: Evaluation): evaluation is Breach {
  return evaluation.verdict === 'warning' || evaluation.verdict === 'critical'
}

/** Whether it says anything: what is not decided neither breaches nor clears, and holds the state. */
export function isDecided(evaluation: Evaluation): evaluation is Decided {
  return evaluation.verdict === 'ok' || isBreach(evaluation)
}

/** Whether it takes a place among those of which some must breach: what is unconfirmed does, without being clean. */
export function isPlaced(evaluation: Evaluation): evaluation is Placed {
  return evaluation.verdict === 'unconfirmed' || isDecided(evaluation)
}

/**
 * What a stored verdict means to alerts. Where the scores that decide on the concept are well, a feature that changed is
 * `unconfirmed` for the reason `unconfirmed`: shown, but as clean as they are, or an alert would outlive its cause.
 */
export function verdictForAlerts(verdict: Verdict, reason: string): Verdict {
  return verdict === 'unconfirmed' && reason === 'unconfirmed' ? 'ok' : verdict
}

/** The highest severity of at least one. */
export function worstSeverity(members: readonly { severity: Severity }[]): Severity {
  return members.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'
}

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
