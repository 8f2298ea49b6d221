import type { Severity } from '../../domain/severity.ts'
import { isBreach, type MemberVerdict } from '../../domain/verdict.ts'
import type { Member } from '../../control/alerting/alert-event.ts'

/** One verdict on one member at the window that ended at `windowEnd`. */
export interface WindowVerdict {
  windowEnd: Date
  verdict: MemberVerdict
  resultId?: string | undefined
  explanation?: string | undefined
  effect?: number | undefined
  /** As in {@link AlertMember}. */
  finding?: string | undefined
  explainsDrift?: boolean | undefined
}

export type MemberEvaluation = Member & WindowVerdict

export type Breach = WindowVerdict & { verdict: Severity }
export type Decided = WindowVerdict & { verdict: 'ok' | Severity }
/** The evaluations that are looked at, of which some must breach. */
export type Placed = WindowVerdict & { verdict: 'ok' | Severity | 'unconfirmed' }

export function isBreaching(evaluation: WindowVerdict): evaluation is Breach {
  return isBreach(evaluation.verdict)
}

/** Whether it says anything: what is not decided neither breaches nor clears, and holds the state. */
export function isDecided(evaluation: WindowVerdict): evaluation is Decided {
  return evaluation.verdict === 'ok' || isBreaching(evaluation)
}

/** Whether it takes a place among those of which some must breach: what is unconfirmed does, without being clean. */
export function isPlaced(evaluation: WindowVerdict): evaluation is Placed {
  return evaluation.verdict === 'unconfirmed' || isDecided(evaluation)
}

/**
 * What a stored verdict means to alerts. Where the scores that decide on the concept are well, a feature that changed is
 * `unconfirmed` for the reason `unconfirmed`: shown, but as clean as they are, or an alert would outlive its cause.
 */
export function verdictForAlerts(verdict: MemberVerdict, reason: string): MemberVerdict {
  return verdict === 'unconfirmed' && reason === 'unconfirmed' ? 'ok' : verdict
}
