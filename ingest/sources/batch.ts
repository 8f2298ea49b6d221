import type { IntakeResult } from '../intake/pipeline.ts'

/** What the rows of a file can be. */
export type RowKind = 'predictions' | 'labels'

/** Rows of a file that are stored together. */
export interface FileBatch {
  /** The name under which its position is kept, and how many rows are stored after it. */
  position: [name: string, rows: number]
  /** Resolves once all of them are stored, accepted or as dead letters. */
  store: () => Promise<{ kind: RowKind; result: IntakeResult }[]>
}
