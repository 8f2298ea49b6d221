import type { Severity } from './severity.ts'

/** What can be wrong with one column. */
export const COLUMN_FINDINGS = [
  'schema',
  'skew',
  'invalid',
  'missing',
  'range',
  'unseen',
  'constant',
] as const
export type ColumnFindingName = (typeof COLUMN_FINDINGS)[number]

/** What can be wrong with all of a model's data. */
export const MODEL_FINDINGS = [
  'unknown_features',
  'freshness',
  'volume',
  'duplicates',
  'labels_late',
] as const
export type ModelFindingName = (typeof MODEL_FINDINGS)[number]

/** Values that the rows of a finding have, the most frequent, in one list. */
export const MAX_LISTED_VALUES = 20

/** Something that is wrong with the data, as people have to be told. */
export interface QualityFinding<Name extends string = ColumnFindingName | ModelFindingName> {
  finding: Name
  severity: Severity
  /** One sentence or two, in which text of users stands as it is: escape on output. */
  explanation: string
  /**
   * The share of rows that are affected, in [0, 1]; of `volume` and `labels_late` what came, as a multiple of what was due;
   * of `freshness` the periods without data.
   */
  share: number
  /** The share that was expected; of multiples 1; of periods the usual number. */
  expected: number
}

/** Members of alerts that stand for the data of a whole model, or for what the model says. */
const RESERVED: ReadonlySet<string> = new Set([...MODEL_FINDINGS, 'no_data', 'error', 'prediction', 'score'])

const PREFIX = 'features.'

/** The name under which findings about a feature are kept: its own, unless that stands for something else. */
export function findingColumn(feature: string): string {
  return RESERVED.has(feature) ? `${PREFIX}${feature}` : feature
}

/** The feature that a finding's column stands for, or what the model says. */
export function columnOfFinding(column: string): { kind: 'feature' | 'prediction'; column: string } {
  if (column === 'prediction' || column === 'score') return { kind: 'prediction', column }
  const name = column.startsWith(PREFIX) ? column.slice(PREFIX.length) : column
  return { kind: 'feature', column: RESERVED.has(name) ? name : column }
}

/** Where on the page of a model and of a column its findings are, as in the fragment of a link. */
export const DATA_ANCHOR = 'data-quality'

export function isColumnFinding(name: string | undefined): boolean {
  return COLUMN_FINDINGS.some((one) => one === name)
}

export function isModelFinding(name: string): name is ModelFindingName {
  return MODEL_FINDINGS.some((one) => one === name)
}

/** The finding that outweighs the others: the gravest, then the one that says most about the cause. */
export function gravest<Name extends ColumnFindingName | ModelFindingName>(
  findings: readonly QualityFinding<Name>[],
): QualityFinding<Name> | undefined {
  return findings.find(({ severity }) => severity === 'critical') ?? findings[0]
}

/** What was counted of one column, as its row of the table of columns shows it. Shares are in [0, 1]. */
export interface ColumnShares {
  /** As its findings are kept: see `findingColumn`. */
  column: string
  /** Whether there were rows enough to judge it. */
  decided: boolean
  missing: number
  invalid: number
  /** Of values outside what is declared or, without that, outside the baseline's range; absent where there is none. */
  out_of_range?: number
  /** Of values that the baseline does not have; absent where that cannot be told. */
  unseen?: number
  /** Of rows that differ from the reference features; absent where none can be compared. */
  skew?: number
  findings: readonly QualityFinding[]
}

/** What a window's check of quality found, as it is stored. */
export interface QualitySummary {
  rows: number
  columns: readonly ColumnShares[]
  /** Findings about all of the model's data. */
  model: readonly QualityFinding[]
  /** Checks that could not be made, of all data or of any column, and until when. */
  undecided: readonly { finding: ModelFindingName | 'constant' | 'skew'; until: string }[]
}
