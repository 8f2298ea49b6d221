import { setImmediate } from 'node:timers/promises'
import type { MemberEvaluation } from '../../alerts/severity.ts'
import { rowsOf } from '../../detectors/column-input.ts'
import { explain } from '../../detectors/explain.ts'
import { judgeColumn, wantsLongerWindow, type VerdictRule } from '../../detectors/judge.ts'
import { driftKindOf } from '../../detectors/kinds.ts'
import type { Baseline, BaselineColumn } from '../../store/baselines.ts'
import type { Store } from '../../store/client.ts'
import { readHourlyCounts } from '../../store/column-profiles.ts'
import type { Monitor } from '../../store/monitor.ts'
import { partOf, type Part } from '../../store/profiles.ts'
import { slidingCounts, type Sliding } from './sliding.ts'

const HOUR_MS = 3_600_000
/** As in scheduled checks, a window without enough rows is extended backwards up to this length. */
const LONGEST_WINDOW_MS = 30 * 24 * HOUR_MS
/** Verdicts between two turns of the event loop. */
const SLICE = 50

/** Windows of one part of a monitor, by their ends, ascending. */
export interface PartWindows {
  part: Part
  ends: readonly number[]
}

export interface RangeRequest {
  store: Store
  monitor: Monitor
  baseline: Baseline
  /** The columns that the monitor checks. */
  columns: readonly BaselineColumn[]
  rule: VerdictRule
  windows: PartWindows
}

/** The verdicts of every window on every column of the part, by the end of the window. Reads and stores nothing else. */
export async function evaluateRange(request: RangeRequest): Promise<Map<number, MemberEvaluation[]>> {
  const { store, monitor, baseline, columns, rule, windows } = request
  const { part, ends } = windows
  const evaluations = new Map<number, MemberEvaluation[]>(ends.map((end) => [end, []]))
  const from = ends[0] - LONGEST_WINDOW_MS
  const to = ends[ends.length - 1]
  for (const column of columns.filter(({ role }) => partOf(role) === part)) {
    const query = { model: monitor.model, binning: baseline.binning, role: column.role, column: column.name }
    const loaded = await readHourlyCounts(store, { ...query, from: new Date(from), to: new Date(to) })
    const sliding = slidingCounts(column, loaded, from, (to - from) / HOUR_MS)
    for (const [i, end] of ends.entries()) {
      if (i % SLICE === SLICE - 1) await setImmediate()
      evaluations.get(end)!.push(judgeWindow(column, sliding, end, monitor.window, rule))
    }
  }
  return evaluations
}

function judgeWindow(
  column: BaselineColumn,
  sliding: Sliding,
  end: number,
  windowMs: number,
  rule: VerdictRule,
): MemberEvaluation {
  const { binning, profile: baseline } = column
  // As in scheduled checks, what came before says nothing on a window without any row.
  const hasRows = rowsOf(sliding.window(end - windowMs, end)).n > 0
  for (let length = windowMs; ; length = Math.min(length * 2, LONGEST_WINDOW_MS)) {
    const input = { binning, baseline, window: sliding.window(end - length, end) }
    const judgement = judgeColumn(input, rule)
    if (hasRows && length < LONGEST_WINDOW_MS && wantsLongerWindow(judgement, input, rule)) continue
    const { verdict, effect } = judgement
    const breach = verdict === 'warning' || verdict === 'critical'
    return {
      kind: driftKindOf(column)!,
      column: column.name,
      segment: '',
      version: '',
      windowEnd: new Date(end),
      verdict,
      effect,
      explanation: breach ? explain(judgement, input, rule) : undefined,
    }
  }
}
