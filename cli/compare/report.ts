import { COMPARISON_LEVEL } from '../../detectors/verdict/comparison-level.ts'
import { VERDICT_RANK } from '../shared/verdict-rank.ts'
import type { ColumnEvaluation, EvaluationRule } from '../../detectors/verdict/evaluate.ts'
import { DEFAULT_RULE, type Reason } from '../../detectors/verdict/judge.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { Rows } from '../../detectors/verdict/column-input.ts'
import type { Statistic, StatisticName } from '../../detectors/verdict/statistic.ts'
import type { LeftOut } from '../../ingest/columns/column-roles.ts'
import type { InvalidCells } from '../../ingest/columns/column-reading.ts'
import type { UnseenValue } from '../../detectors/verdict/unseen-values.ts'
import type { ColumnKind } from '../../control/declared/model.ts'
import type { CountedColumn } from './counted-column.ts'
import type { FileQuality } from './quality.ts'

/** What the table is made of. What does not apply to a column is absent. */
export interface Findings {
  baseline: { rows: number }
  current: { rows: number }
  verdict: Verdict
  columns: ReportColumn[]
  quality: FileQuality
  /** Columns that were not compared because they say which row it is, or when. */
  left_out: LeftOut[]
}

/** What `compare --json` prints. */
export interface Report extends Findings {
  /** What was guessed, what is not compared and what counts as missing, in sentences. */
  notes: string[]
}

export interface ReportColumn {
  column: string
  kind: ColumnKind
  verdict: Verdict
  reason: Reason
  explanation: string
  baseline: Rows
  current: Rows
  /** Cells that are no number where numbers are expected; they count as missing. */
  invalid?: { baseline?: InvalidCells; current?: InvalidCells }
  effect?: number
  noise_floor?: number
  /** The most frequent values of the current file that the baseline does not have, with their share of its values. */
  unseen_values?: readonly UnseenValue[]
  statistics: Partial<Record<StatisticName, ReportStatistic>>
}

export interface ReportStatistic {
  value: number
  p_value?: number
  /** The exact value lies between `value` and `value + bound`; 0 means that `value` is exact. */
  bound?: number
}

/** `exact` is for files of few rows, or as asked for; else p-values are asymptotic where rows are many. */
export function comparisonRule(columns: number, exact: boolean): EvaluationRule {
  return { ...DEFAULT_RULE, alpha: COMPARISON_LEVEL / columns, ksMethod: exact ? 'exact' : 'auto' }
}

export function reportColumn({ column }: CountedColumn, evaluation: ColumnEvaluation): ReportColumn {
  const { unseenValues = [] } = evaluation
  return {
    column: column.name,
    kind: column.kind,
    verdict: evaluation.verdict,
    reason: evaluation.reason,
    explanation: explanationOf(evaluation, column.absent),
    baseline: evaluation.baseline,
    current: evaluation.window,
    ...(column.invalid === undefined && column.currentInvalid === undefined
      ? {}
      : { invalid: { ...(column.invalid && { baseline: column.invalid }), ...(column.currentInvalid && { current: column.currentInvalid }) } }), // prettier-ignore
    ...(unseenValues.length === 0 ? {} : { unseen_values: unseenValues }),
    ...finite({ effect: evaluation.effect, noise_floor: evaluation.noiseFloor }),
    statistics: Object.fromEntries(
      Object.entries(evaluation.statistics).map(([name, statistic]) => [name, reportStatistic(statistic)]),
    ),
  }
}

function reportStatistic({ value, pValue, bound }: Statistic): ReportStatistic {
  return { value, ...finite({ p_value: pValue, bound }) }
}

/** JSON has no NaN or infinity. */
function finite<Key extends string>(values: Record<Key, number | undefined>): Partial<Record<Key, number>> {
  const entries = Object.entries<number | undefined>(values).filter(
    ([, value]) => value !== undefined && Number.isFinite(value),
  )
  return Object.fromEntries(entries) as Partial<Record<Key, number>>
}

/** Reasons whose explanations are free of names from the data, so that "window" is always our own word. */
const WINDOW_REASONS: readonly Reason[] = [
  'empty',
  'too_few_rows',
  'not_significant',
  'noise_floor',
  'too_many_categories',
  'all_missing',
  'all_missing_in_baseline',
]

function explanationOf({ reason, explanation }: ColumnEvaluation, absent: string | undefined): string {
  // Here the window is a file.
  const ours = WINDOW_REASONS.includes(reason)
    ? explanation.replaceAll('the window', 'the current file').replaceAll('window rows', 'current rows')
    : explanation
  return absent === undefined ? ours : `The column ${absent}, so all of its rows count as missing. ${ours}`
}

export const bySeverity = (a: ReportColumn, b: ReportColumn) =>
  VERDICT_RANK[b.verdict] - VERDICT_RANK[a.verdict] || (b.effect ?? -Infinity) - (a.effect ?? -Infinity) || 0

export function overallVerdict(columns: readonly ReportColumn[]): Verdict {
  return columns.reduce<Verdict>(
    (worst, { verdict }) => (VERDICT_RANK[verdict] > VERDICT_RANK[worst] ? verdict : worst),
    'ok',
  )
}
