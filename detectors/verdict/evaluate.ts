import { columnStatistics } from './column-statistics.ts'
import { rowsOf, type ColumnInput, type Rows } from './column-input.ts'
import { explain } from './explain.ts'
import { judgeColumn, type Judgement, type VerdictRule } from './judge.ts'
import type { KsMethod } from './numeric-statistics.ts'
import { outOfRangeChange } from './out-of-range.ts'
import type { RateChange } from './rate-change.ts'
import type { Statistics } from './statistic.ts'
import type { UnseenValue } from './unseen-values.ts'

export interface EvaluationRule extends VerdictRule {
  ksMethod: KsMethod
}

export interface ColumnEvaluation extends Judgement {
  /** One plain sentence for a person. Holds category names as they came: escape on output. */
  explanation: string
  /** Counts: all rows of the column, and those of them without a value. */
  baseline: Rows
  window: Rows
  /** Share of values outside the baseline's range; numeric only. It has no part in the verdict. */
  outOfRange?: RateChange
  /** The most frequent values of the window that the baseline does not have, where they were looked up. */
  unseenValues?: readonly UnseenValue[]
  /** All that can be computed, whatever the verdict. */
  statistics: Statistics
}

/** Verdict, reason and every statistic of one column. Never throws, and looks at no other column. */
export function evaluateColumn(input: ColumnInput, rule: EvaluationRule): ColumnEvaluation {
  const { binning, baseline, window } = input
  const judgement = judgeColumn(input, rule)
  return {
    ...judgement,
    explanation: explain(judgement, input, rule),
    baseline: rowsOf(baseline),
    window: rowsOf(window),
    outOfRange: binning.kind === 'numeric' ? outOfRangeChange({ binning, baseline, window }) : undefined,
    statistics: columnStatistics(input, rule.ksMethod),
  }
}

/** The evaluation with the names of what the baseline does not have. */
export function withUnseenValues(
  evaluation: ColumnEvaluation,
  input: ColumnInput,
  rule: EvaluationRule,
  unseenValues: readonly UnseenValue[],
): ColumnEvaluation {
  return { ...evaluation, unseenValues, explanation: explain(evaluation, input, rule, unseenValues) }
}
