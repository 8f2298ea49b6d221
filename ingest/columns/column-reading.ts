import type { ColumnKind } from '../../control/declared/model.ts'
import type { Reading } from './number-text.ts'

/** What a column of a file is, and how its cells say so. */
export interface ColumnReading {
  kind: ColumnKind
  reading: Reading
  /** Numbers such as 1,234 alone do not tell how they are to be read; the other file of a comparison may. */
  isAmbiguous: boolean
  /** Cells of a numeric column that hold other text, which counts as missing. */
  invalid?: InvalidCells
  /** A categorical column of which so many cells read as numbers, and an example of the others. */
  mixed?: { share: number; example: string }
  /** It is categorical because its whole numbers are beyond 2^53, where a double no longer tells them apart. */
  isBeyondDouble?: boolean
  /** It is numeric, and holds whole numbers beyond 2^53. */
  losesDigits?: boolean
}

export interface InvalidCells {
  count: number
  example: string
}
