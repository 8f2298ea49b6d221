import { gravest } from '../../domain/data-finding.ts'
import type { ColumnRule } from './column-rule.ts'
import { judgeColumnQuality, type ColumnFinding, type ColumnQuality } from './judge-column.ts'
import { explainsDrift } from './offending.ts'

/** What a result about a column's quality says. */
export interface QualityEvaluation {
  findings: readonly ColumnFinding[]
  /** Whether what is wrong with the data is all that has changed. */
  explains_drift: boolean
}

/** What is wrong with a column, and which finding outweighs the others; undefined where nothing is. Pure. */
export function evaluateQuality(
  column: ColumnQuality,
  rule: ColumnRule,
): { worst: ColumnFinding; evaluation: QualityEvaluation } | undefined {
  const findings = judgeColumnQuality(column, rule)
  const worst = gravest(findings)
  if (worst === undefined) return undefined
  return {
    worst,
    evaluation: { findings, explains_drift: column.isFeature && explainsDrift(column, findings) },
  }
}
