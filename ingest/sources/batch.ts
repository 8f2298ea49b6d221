import type { IntakeResult } from '../intake/pipeline.ts'
import type { EventKind } from '../columnar/layout.ts'

/** Rows of a file that are stored together. */
export interface FileBatch {
  /** The name under which its position is kept, and how many rows are stored after it. */
  position: [name: string, rows: number]
  /** Resolves once all of them are stored, accepted or as dead letters. */
  store: () => Promise<{ kind: EventKind; result: IntakeResult }[]>
}
