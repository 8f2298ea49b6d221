import { DATA_KIND } from '../../domain/drift-kind.ts'
import { DAY_MS } from '../../domain/time.ts'

/** When a monitor's alerts fire, resolve and are repeated. */
export interface AlertPolicy {
  /** Fires once `n` of the last `m` evaluations are breaches; those without enough data are no part of them. */
  fire: { n: number; m: number }
  /** Resolves after this many clean evaluations since the last breach. */
  resolve: number
  /** An alert that goes on firing is told of again after this many milliseconds, in evaluation time. */
  repeat: number
}

export const DEFAULT_POLICY: AlertPolicy = {
  fire: { n: 2, m: 3 },
  resolve: 2,
  repeat: DAY_MS,
}

/** The members of that kind: no data came, and the monitor fails. Findings about a column bear its name. */
export const NO_DATA_FINDING = 'no_data'
export const ERROR_FINDING = 'error'

/** Retrainings that failed are told as an alert too, which no window decides. */
export const RETRAINING_KIND = 'retraining'

/**
 * The monitor's policy as it holds for one kind. Findings about the data themselves are told at once: one window makes an
 * alert, and one without ends it.
 */
export function policyFor(policy: AlertPolicy, kind: string): AlertPolicy {
  return kind === DATA_KIND ? { ...policy, fire: { n: 1, m: 1 }, resolve: 1 } : policy
}
