import type { Constraints } from '../../domain/constraints.ts'

export type SuggestedField = Exclude<keyof Constraints, 'pattern'>

/** A constraint that holds on the baseline, and what it was derived from. */
export interface SuggestedConstraint {
  field: SuggestedField
  value: number | boolean | string[]
  reason: string
}

/** A constraint that the baseline gives no ground for, and why. */
export interface WithheldConstraint {
  field: SuggestedField
  reason: string
}

export interface Suggestion {
  constraints: SuggestedConstraint[]
  withheld: WithheldConstraint[]
}
