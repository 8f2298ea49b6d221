import { isDeepStrictEqual } from 'node:util'
import type { Feature } from '../../control/declared/model.ts'
import type { SuggestedConstraint, Suggestion, WithheldConstraint } from './suggestion.ts'

/** What is suggested for a feature beside what is declared of it. */
export interface SuggestedFeature {
  feature: string
  kind: Feature['kind']
  constraints: (SuggestedConstraint & Compared)[]
  withheld: WithheldConstraint[]
}

interface Compared {
  /** What is declared instead, where anything is. */
  declared?: number | boolean | (string | number)[]
  differs: boolean
}

/** Adds to a suggestion what the feature declares. A larger tolerance than needed stays as it was declared. Pure. */
export function besideDeclared(feature: Feature, { constraints, withheld }: Suggestion): SuggestedFeature {
  const needed = ({ field, value }: SuggestedConstraint) =>
    field !== 'tolerance' || !((feature.tolerance ?? 0) > (value as number))
  return {
    feature: feature.name,
    kind: feature.kind,
    constraints: constraints.filter(needed).map((one) => {
      const found = feature[one.field]
      const declared = typeof found === 'object' ? [...found] : found
      const differs = !isDeepStrictEqual(comparable(declared), comparable(one.value))
      return { ...one, ...(declared === undefined ? {} : { declared }), differs }
    }),
    withheld: withheld.filter(({ field }) => feature[field] === undefined),
  }
}

/** In which order values are allowed makes no difference. */
function comparable(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value
}
