import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { windowStarts } from '../../domain/monitor-window.ts'
import { rowsOf } from '../verdict/column-input.ts'
import type { DriftSides } from './drift-windows.ts'
import { evaluateColumn, type EvaluationRule } from '../verdict/evaluate.ts'
import { evaluateExtending } from './extend.ts'
import { wantsLongerWindow } from '../verdict/judge.ts'
import { driftKindOf } from './kinds.ts'
import { ruleFor } from './rules.ts'
import type { Finding, RunRequest } from './run-request.ts'

/** Drift of the columns' own distributions, and the most rows that any of them has in the monitor's own window. */
export async function findDrift(
  { monitor, end }: RunRequest,
  from: (start: Date) => Promise<DriftSides>,
  columns: readonly BaselineColumn[],
  rule: EvaluationRule,
): Promise<{ findings: Finding[]; rows: number }> {
  if (columns.length === 0) return { findings: [], rows: 0 }
  const starts = windowStarts(monitor, end)
  const own = await from(starts[0])
  const rows = Math.max(0, ...columns.map((column) => rowsOf(own.window(column)).n))
  const findings = await evaluateExtending({
    starts,
    subjects: columns,
    read: from,
    hasRows: () => rows > 0,
    evaluate: (column, { baseline, window, hours }, start) => {
      const sides = { baseline: baseline(column), window: window(column) }
      const ownRule = ruleFor(column, rule)
      const evaluation = evaluateColumn({ binning: column.binning, ...sides }, ownRule)
      const { verdict, reason, explanation, effect, noiseFloor, statistics } = evaluation
      const values = Object.entries(statistics).map(([name, { value }]) => [name, value] as const)
      const outcome: Finding = {
        kind: driftKindOf(column)!,
        column: column.name,
        start,
        verdict,
        reason,
        explanation,
        effect,
        noiseFloor,
        statistics: Object.fromEntries(values),
        evaluation,
        rule: ownRule,
        profiles: sides,
        hours,
        identity: { baseline: sides.baseline.counts, window: sides.window.counts },
      }
      return { outcome, isShort: wantsLongerWindow(evaluation, sides, rule) }
    },
  })
  return { findings, rows }
}
