import type { Baseline, BaselineColumn } from '../store/baselines.ts'
import { readProfiles } from '../store/profiles.ts'
import { rowsOf } from './column-input.ts'
import { comparedWith } from './compared-baseline.ts'
import { evaluateColumn, type EvaluationRule } from './evaluate.ts'
import { evaluateExtending } from './extend.ts'
import { wantsLongerWindow } from './judge.ts'
import { driftKindOf } from './kinds.ts'
import type { Finding, RunRequest } from './run-request.ts'
import { storedProfile } from './stored-profile.ts'

/** Drift of the columns' own distributions, and the most rows that any of them has in the monitor's own window. */
export async function findDrift(
  { store, model, monitor, end }: RunRequest,
  baseline: Baseline,
  columns: readonly BaselineColumn[],
  rule: EvaluationRule,
): Promise<{ findings: Finding[]; rows: number }> {
  let rows: number | undefined
  const findings = await evaluateExtending({
    window: monitor.window,
    end,
    subjects: columns,
    read: async (start, open) => {
      const stored = await readProfiles(store, model.name, baseline.binning, start, end)
      const profiles = new Map(stored.map((profile) => [keyOf(profile.role, profile.column), profile]))
      const windowOf = (column: BaselineColumn) =>
        storedProfile(profiles.get(keyOf(column.role, column.name)), column)
      rows ??= Math.max(0, ...columns.map((column) => rowsOf(windowOf(column)).n))
      const { columns: compared, hours } = await comparedWith(store, monitor, baseline, open, {
        from: start,
        to: end,
      })
      return { windowOf, compared: new Map(open.map((column, i) => [column, compared[i]])), hours }
    },
    hasRows: () => rows! > 0,
    evaluate: (column, { windowOf, compared, hours }, start) => {
      const sides = { baseline: compared.get(column)!.profile, window: windowOf(column) }
      const evaluation = evaluateColumn({ binning: column.binning, ...sides }, rule)
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
        rule,
        profiles: sides,
        hours,
        identity: { baseline: sides.baseline.counts, window: sides.window.counts },
      }
      return { outcome, isShort: wantsLongerWindow(evaluation, sides, rule) }
    },
  })
  return { findings, rows: rows ?? 0 }
}

const keyOf = (role: string, column: string) => `${role} ${column}`
