import { createHash } from 'node:crypto'
import { activeBaseline, baselineColumns, type Baseline, type BaselineColumn } from '../store/baselines.ts'
import { slotCount, type ColumnProfile } from '../store/binning.ts'
import { decodeFloats } from '../store/floats.ts'
import type { Model } from '../store/model.ts'
import type { Monitor } from '../store/monitor.ts'
import { partOf, readProfiles, type Part } from '../store/profiles.ts'
import { insertResults, type Result } from '../store/results.ts'
import type { Store } from '../store/client.ts'
import { rowsOf } from './column-input.ts'
import { level } from './decide.ts'
import { evaluateColumn, type Evaluation, type EvaluationRule } from './evaluate.ts'
import { DEFAULT_RULE, wantsLongerWindow } from './judge.ts'
import { driftKindOf } from './kinds.ts'

export interface RunRequest {
  store: Store
  model: Model
  monitor: Monitor
  /** Only the columns of this part, whose windows have an end of their own; all of them where it is absent. */
  part?: Part
  /** End of the window, exclusive; a whole hour. */
  end: Date
  now: Date
  codeVersion: string
}

export type RunOutcome =
  /** `rows`: the most that any column has in the monitor's own window, before it was extended. */
  { status: 'evaluated'; baseline: Baseline; results: Result[]; rows: number } | { status: 'no_baseline' }

const DAY_MS = 86_400_000
/** A window without enough rows is extended backwards up to this length. */
const LONGEST_WINDOW_MS = 30 * DAY_MS

/** Evaluates one window of a monitor: every column it checks, against the active baseline. Stores the results. */
export async function runMonitor(request: RunRequest): Promise<RunOutcome> {
  const { store, model } = request
  const baseline = await activeBaseline(store, model.name)
  if (baseline === undefined) return { status: 'no_baseline' }
  return runAgainst({ baseline, columns: await baselineColumns(store, model, baseline) }, request)
}

/** A baseline that was read, with all its columns. */
export interface Reference {
  baseline: Baseline
  columns: readonly BaselineColumn[]
}

/** As {@link runMonitor}, for several windows against the same reference. */
export async function runAgainst(
  { baseline, columns: all }: Reference,
  request: RunRequest,
): Promise<Extract<RunOutcome, { status: 'evaluated' }>> {
  const { store, monitor } = request
  const checked = all.filter((column) => monitor.checks.some((kind) => kind === driftKindOf(column)))
  const columns = checked.filter(({ role }) => request.part === undefined || partOf(role) === request.part)
  const rule: EvaluationRule = {
    ...DEFAULT_RULE,
    alpha: level(
      monitor.window,
      monitor.false_alarms,
      checked.reduce((sum, column) => sum + testsOf(column), 0),
    ),
    thresholds: monitor.thresholds.psi,
    ksMethod: 'auto',
  }
  const { results, rows } = await evaluateWindows(request, baseline, columns, rule)
  await insertResults(store, results)
  return { status: 'evaluated', baseline, results, rows }
}

/** PSI and missing are tested of every column, unseen of a categorical one. */
function testsOf({ kind }: BaselineColumn): number {
  return kind === 'categorical' ? 3 : 2
}

/**
 * Evaluates the monitor's window, and longer ones ending with it for the columns that lack rows. A window without any
 * row is not extended: what came before says nothing on it.
 */
async function evaluateWindows(
  request: RunRequest,
  baseline: Baseline,
  columns: readonly BaselineColumn[],
  rule: EvaluationRule,
): Promise<{ results: Result[]; rows: number }> {
  const { store, model, monitor, end } = request
  const results: Result[] = []
  let rows = 0
  let open = columns
  for (let length = monitor.window; open.length > 0; length = Math.min(length * 2, LONGEST_WINDOW_MS)) {
    const start = new Date(end.getTime() - length)
    const stored = await readProfiles(store, model.name, baseline.binning, start, end)
    const profiles = new Map(stored.map((profile) => [`${profile.role} ${profile.column}`, profile]))
    const windows = open.map((column) => toProfile(profiles.get(`${column.role} ${column.name}`), column))
    if (length === monitor.window) rows = Math.max(0, ...windows.map((window) => rowsOf(window).n))
    const longer: BaselineColumn[] = []
    for (const [i, column] of open.entries()) {
      const window = windows[i]
      const evaluation = evaluateColumn({ binning: column.binning, baseline: column.profile, window }, rule)
      const short = wantsLongerWindow(evaluation, { baseline: column.profile, window }, rule)
      if (short && rows > 0 && length < LONGEST_WINDOW_MS) longer.push(column)
      else results.push(toResult(request, baseline, column, window, start, evaluation, rule))
    }
    open = longer
  }
  return { results, rows }
}

type Sums = { counts: readonly number[]; sums: readonly (number | null)[]; squares: number | null }

function toProfile(stored: Sums | undefined, { name, binning }: BaselineColumn): ColumnProfile {
  const slots = slotCount(binning)
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

function toResult(
  { model, monitor, end, now, codeVersion }: RunRequest,
  baseline: Baseline,
  column: BaselineColumn,
  window: ColumnProfile,
  start: Date,
  evaluation: Evaluation,
  rule: EvaluationRule,
): Result {
  const member = {
    model: model.name,
    monitor: monitor.name,
    kind: driftKindOf(column)!,
    column: column.name,
    segment: '',
    version: '',
  }
  const statistics = Object.entries(evaluation.statistics).map(([name, { value }]) => [name, value] as const)
  return {
    // The same evaluation again, after a crash say, is the same result; other data make another one. Sums are
    // left out, for their last digits depend on the order in which the engine adds.
    id: digest([member, start, end, baseline.hash, monitor, window.counts]).slice(0, 32),
    ...member,
    windowStart: start,
    windowEnd: end,
    evaluatedAt: now,
    verdict: evaluation.verdict,
    reason: evaluation.reason,
    explanation: evaluation.explanation,
    effect: evaluation.effect,
    noiseFloor: evaluation.noiseFloor,
    statistics: Object.fromEntries(statistics),
    evaluation,
    baseline: { version: baseline.version, hash: baseline.hash, profile: column.profile },
    window: { profile: window },
    binning: baseline.binning,
    monitorHash: digest(monitor),
    rule,
    codeVersion,
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
