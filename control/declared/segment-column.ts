import type { ColumnKind } from './model.ts'

/** A segment column as the rows of a baseline split it, stored with the baseline and shared by all of its binning. */
export interface SegmentColumn {
  column: string
  kind: ColumnKind
  /** The column of the silver tables that holds it. */
  source: string
  /** Values told apart, most frequent first, ties in code point order. */
  values: readonly string[]
  /** Whether the baseline had rows of other values, or without one. They are counted in any case. */
  other: boolean
  missing: boolean
}
