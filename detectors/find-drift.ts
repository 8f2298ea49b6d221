import type { Baseline, BaselineColumn } from '../store/baselines.ts'
import { slotCount, type ColumnProfile } from '../store/binning.ts'
import { decodeFloats } from '../store/floats.ts'
import { readProfiles, type StoredProfile } from '../store/profiles.ts'
import { rowsOf } from './column-input.ts'
import { evaluateColumn, type EvaluationRule } from './evaluate.ts'
import { evaluateExtending } from './extend.ts'
import { wantsLongerWindow } from './judge.ts'
import { driftKindOf } from './kinds.ts'
import type { Finding, RunRequest } from './run-request.ts'

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
    read: async (start) => {
      const stored = await readProfiles(store, model.name, baseline.binning, start, end)
      const profiles = new Map(stored.map((profile) => [keyOf(profile.role, profile.column), profile]))
      rows ??= Math.max(0, ...columns.map((column) => rowsOf(toProfile(profiles, column)).n))
      return profiles
    },
    hasRows: () => rows! > 0,
    evaluate: (column, profiles, start) => {
      const window = toProfile(profiles, column)
      const sides = { baseline: column.profile, window }
      const evaluation = evaluateColumn({ binning: column.binning, ...sides }, rule)
      const isShort = wantsLongerWindow(evaluation, sides, rule)
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
        // Sums are left out, for their last digits depend on the order in which the engine adds.
        identity: window.counts,
      }
      return { outcome, isShort }
    },
  })
  return { findings, rows: rows ?? 0 }
}

const keyOf = (role: string, column: string) => `${role} ${column}`

function toProfile(
  profiles: ReadonlyMap<string, StoredProfile>,
  { role, name, binning }: BaselineColumn,
): ColumnProfile {
  const slots = slotCount(binning)
  const stored = profiles.get(keyOf(role, name))
  if (stored === undefined) {
    const zeros = new Array<number>(slots).fill(0)
    return { counts: zeros, sums: binning.kind === 'numeric' ? zeros : [], squares: 0 }
  }
  if (stored.counts.length !== slots)
    throw new Error(`column ${name}: ${stored.counts.length} counts for ${slots} slots`)
  return {
    counts: stored.counts,
    sums: decodeFloats(stored.sums),
    squares: decodeFloats([stored.squares])[0],
  }
}
