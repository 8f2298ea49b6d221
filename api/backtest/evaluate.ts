import { HOUR_MS } from '../../domain/time.ts'
import { setImmediate } from 'node:timers/promises'
import { baselineHours } from '../../detectors/run/baseline-hours.ts'
import { rowsOf } from '../../detectors/verdict/column-input.ts'
import { explain } from '../../detectors/verdict/explain.ts'
import { ruleFor } from '../../detectors/run/rules.ts'
import { judgeColumn, wantsLongerWindow, type VerdictRule } from '../../detectors/verdict/judge.ts'
import { driftKindOf } from '../../detectors/run/kinds.ts'
import { storedProfile } from '../../detectors/run/stored-profile.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { ColumnProfile } from '../../store/profiles/binning.ts'
import type { Store } from '../../store/engine/client.ts'
import { readHourlyCounts, type ColumnQuery } from '../../store/profiles/column-profiles.ts'
import { envelope } from '../../store/profiles/hour-spans.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { windowStart, windowStarts } from '../../domain/monitor-window.ts'
import { streamOf, type Stream } from '../../store/profiles/profiles.ts'
import { skipReason, type Judged } from './skipped.ts'
import { slidingCounts, type Sliding } from './sliding.ts'

/** What is read besides the hours that windows are made of, since days of a zone may be longer. */
const MARGIN_MS = 48 * HOUR_MS
/** Verdicts between two turns of the event loop. */
const SLICE = 50

/** Windows of one stream of a monitor, by their ends, ascending. */
export interface PartWindows {
  stream: Stream
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

/** The verdicts of every window on every column of the stream, by the end of the window. Reads and stores nothing else. */
export async function evaluateRange(request: RangeRequest): Promise<Map<number, Judged[]>> {
  const { store, monitor, baseline, columns, rule, windows } = request
  const { stream, ends } = windows
  const evaluations = new Map<number, Judged[]>(ends.map((end) => [end, []]))
  const from = earliestStart(monitor, ends) - MARGIN_MS
  const to = ends[ends.length - 1]
  for (const column of columns.filter(({ role }) => streamOf(role) === stream)) {
    const query = { model: monitor.model, binning: baseline.binning, role: column.role, column: column.name }
    const sliding = await loadSliding(store, column, { ...query, from: new Date(from), to: new Date(to) })
    const baselineOf = await comparison(request, column, query)
    for (const [i, end] of ends.entries()) {
      if (i % SLICE === SLICE - 1) await setImmediate()
      evaluations.get(end)!.push(judgeWindow(column, baselineOf, sliding, { monitor, end, rule }))
    }
  }
  return evaluations
}

/** As in scheduled checks, a window without enough rows is extended backwards. */
function earliestStart(monitor: Monitor, ends: readonly number[]): number {
  return windowStarts(monitor, new Date(ends[0])).at(-1)!.getTime()
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
  { store, monitor, windows: { ends } }: RangeRequest,
  column: BaselineColumn,
  query: Omit<ColumnQuery, 'from' | 'to'>,
): Promise<BaselineOf> {
  const { baseline, timezone } = monitor
  const hoursOf = (from: Date, to: Date) => baselineHours(baseline, { from, to }, timezone)
  const [first, last] = [new Date(ends[0]), new Date(ends[ends.length - 1])]
  const earliest = hoursOf(new Date(earliestStart(monitor, ends)), first)
  const latest = hoursOf(windowStart(monitor, last), last)
  if (baseline === 'training' || earliest === undefined || latest === undefined) return () => column.profile
  const whole = envelope([...earliest, ...latest])
  if (whole === undefined) return () => storedProfile(undefined, column)
  const from = new Date(Math.max(0, whole.from.getTime() - MARGIN_MS))
  const to = new Date(whole.to.getTime() + MARGIN_MS)
  const sliding = await loadSliding(store, column, { ...query, from, to, version: baseline.version })
  return (start, end) => sliding.total(hoursOf(start, end)!)
}

function judgeWindow(
  column: BaselineColumn,
  baselineOf: BaselineOf,
  sliding: Sliding,
  { monitor, end, rule }: { monitor: Monitor; end: number; rule: VerdictRule },
): Judged {
  const { binning } = column
  const starts = windowStarts(monitor, new Date(end))
  // As in scheduled checks, what came before says nothing on a window without any row.
  const hasRows = rowsOf(sliding.window(starts[0].getTime(), end)).n > 0
  for (const [i, start] of starts.entries()) {
    const baseline = baselineOf(start, new Date(end))
    const input = { binning, baseline, window: sliding.window(start.getTime(), end) }
    const judgement = judgeColumn(input, ruleFor(column, rule))
    if (hasRows && i < starts.length - 1 && wantsLongerWindow(judgement, input, rule)) continue
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
      skipped: skipReason(judgement, { baseline: rowsOf(input.baseline).n, window: rowsOf(input.window).n }),
    }
  }
  throw new Error('a window has at least its own start')
}
