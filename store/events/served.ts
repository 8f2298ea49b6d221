import { literal } from '../engine/sql.ts'

/**
 * The condition on rows, or on their counts, that tells whose they are: those of a version, shadow traffic included; or
 * without one those of the model, of which shadow traffic is no part.
 */
export function belongsTo(version: string | undefined): string {
  return version === undefined ? 'shadow = 0' : `version = ${literal(version)}`
}
