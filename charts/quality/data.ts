import type { Severity } from '../../domain/severity.ts'

/** The shares that are counted of a column, in the order of lines and tables. */
export const QUALITY_SHARES = ['missing', 'invalid', 'out_of_range', 'unseen', 'skew'] as const
export type QualityShare = (typeof QUALITY_SHARES)[number]

/** A share as people read it. */
export const SHARE_NAMES: Record<QualityShare, string> = {
  missing: 'missing',
  invalid: 'unusable',
  out_of_range: 'out of range',
  unseen: 'unseen categories',
  skew: 'skew',
}

/** What is wrong with a column's data over time. */
export interface QualityData {
  column: string
  points: readonly QualityPoint[]
  /** The share of rows that may violate the declared constraints, where it is not none. */
  tolerance?: number | undefined
}

export interface QualityPoint extends Record<QualityShare, number | null> {
  windowEnd: string
  severity: 'ok' | Severity | null
}

/** The shares that a column has at all: of numbers no categories can be unseen. */
export function sharesIn({ points }: QualityData): QualityShare[] {
  return QUALITY_SHARES.filter((name) => points.some((point) => point[name] !== null))
}
