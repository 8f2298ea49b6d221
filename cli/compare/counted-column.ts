import type { ColumnInput } from '../../detectors/verdict/column-input.ts'
import type { UnseenValue } from '../../detectors/verdict/unseen-values.ts'
import type { ComparedColumn } from './inputs.ts'

export interface CountedColumn {
  column: ComparedColumn
  input: ColumnInput
  /** False where bins stand in for values, and KS and Wasserstein are lower bounds. */
  exact: boolean
  /** The most frequent values of the current file that the baseline does not have. */
  unseen: UnseenValue[]
}
