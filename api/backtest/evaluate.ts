import { setImmediate } from 'node:timers/promises'
import type { MemberEvaluation } from '../../alerts/severity.ts'
import { baselineHours } from '../../detectors/baseline-hours.ts'
import { rowsOf } from '../../detectors/column-input.ts'
import { explain } from '../../detectors/explain.ts'
import { ruleFor } from '../../detectors/rules.ts'
import { judgeColumn, wantsLongerWindow, type VerdictRule } from '../../detectors/judge.ts'
import { driftKindOf } from '../../detectors/kinds.ts'
import { storedProfile } from '../../detectors/stored-profile.ts'
import type { Baseline, BaselineColumn } from '../../store/baselines.ts'
import type { ColumnProfile } from '../../store/binning.ts'
import type { Store } from '../../store/client.ts'
import { readHourlyCounts, type ColumnQuery } from '../../store/column-profiles.ts'
import { envelope } from '../../store/hour-spans.ts'
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
    const sliding = await loadSliding(store, column, { ...query, from: new Date(from), to: new Date(to) })
    const baselineOf = await comparison(request, column, query)
    for (const [i, end] of ends.entries()) {
      if (i % SLICE === SLICE - 1) await setImmediate()
      evaluations.get(end)!.push(judgeWindow(column, baselineOf, sliding, end, monitor.window, rule))
    }
  }
  return evaluations
}

async function loadSliding(store: Store, column: BaselineColumn, query: ColumnQuery): Promise<Sliding> {
  const loaded = await readHourlyCounts(store, query)
  const [from, to] = [query.from.getTime(), query.to.getTime()]
  return slidingCounts(column, loaded, from, (to - from) / HOUR_MS)
}

/** What a column's window is compared with. */
type BaselineOf = (from: Date, to: Date) => ColumnProfile

/** The baseline's own profile, or where the monitor names hours, these of each window. */
async function comparison(
  { store, monitor: { baseline, window }, windows: { ends } }: RangeRequest,
  column: BaselineColumn,
  query: Omit<ColumnQuery, 'from' | 'to'>,
): Promise<BaselineOf> {
  const [first, last] = [ends[0], ends[ends.length - 1]]
  const hoursOf = (from: number, to: number) =>
    baselineHours(baseline, { from: new Date(from), to: new Date(to) })
  const earliest = hoursOf(first - LONGEST_WINDOW_MS, first)
  const latest = hoursOf(last - window, last)
  if (baseline === 'training' || earliest === undefined || latest === undefined) return () => column.profile
  const whole = envelope([...earliest, ...latest])
  if (whole === undefined) return () => storedProfile(undefined, column)
  const sliding = await loadSliding(store, column, { ...query, ...whole, version: baseline.version })
  return (from, to) => sliding.total(baselineHours(baseline, { from, to })!)
}

function judgeWindow(
  column: BaselineColumn,
  baselineOf: BaselineOf,
  sliding: Sliding,
  end: number,
  windowMs: number,
  rule: VerdictRule,
): MemberEvaluation {
  const { binning } = column
  // As in scheduled checks, what came before says nothing on a window without any row.
  const hasRows = rowsOf(sliding.window(end - windowMs, end)).n > 0
  for (let length = windowMs; ; length = Math.min(length * 2, LONGEST_WINDOW_MS)) {
    const baseline = baselineOf(new Date(end - length), new Date(end))
    const input = { binning, baseline, window: sliding.window(end - length, end) }
    const judgement = judgeColumn(input, ruleFor(column, rule))
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
