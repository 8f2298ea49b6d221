import { columnKindSchema, type ColumnKind } from '../../control/declared/model.ts'

export interface CompareOptions {
  /** Kinds by column, in place of what the baseline suggests. */
  kinds?: ReadonlyMap<string, ColumnKind>
  /** Columns that are left out. */
  ignore?: readonly string[]
  /** Columns that are compared although they look like an index, an id or a time. */
  include?: readonly string[]
  /** Columns to judge as a label or prediction is. */
  labels?: readonly string[]
  /** Print JSON in place of a table. */
  json?: boolean
  /** Count every value whatever the number of rows. */
  exact?: boolean
  /** What exits with 1; without a severity, drift of any. */
  failOn?: readonly FailOn[]
  /** The file for a report as a page. */
  html?: string
  /** The file for a report in Markdown; `-` prints it in place of the table. */
  markdown?: string
  /** Give every column its charts in the page. */
  allCharts?: boolean
  /** List every column, not just the first of those without drift. */
  all?: boolean
}

export const FAIL_ON = ['warning', 'critical', 'never', 'quality'] as const
export type FailOn = (typeof FAIL_ON)[number]

/** Files or options that cannot be used; the message says why. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput'
}

/** Reads `column=kind`; a column's name may hold `=` itself. Throws {@link UnusableInput}. */
export function parseKind(argument: string): [column: string, kind: ColumnKind] {
  const at = argument.lastIndexOf('=')
  const kind = columnKindSchema.safeParse(argument.slice(at + 1))
  if (at < 1 || !kind.success) {
    throw new UnusableInput('Write COLUMN=numeric or COLUMN=categorical, such as zip=categorical.')
  }
  return [argument.slice(0, at), kind.data]
}
