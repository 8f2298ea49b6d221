import type { ColumnProfile } from './binning.ts'
import { encodeFloats } from './floats.ts'
import type { DriftKind } from './monitor.ts'
import { insertEncoded, rows } from './query.ts'
import { isoText } from './sql.ts'
import type { Store } from './client.ts'

/** One evaluation of one column in one window against one baseline, with all it was computed from. */
export interface Result {
  id: string
  model: string
  monitor: string
  kind: DriftKind
  column: string
  segment: string
  version: string
  windowStart: Date
  /** End of the window, exclusive. */
  windowEnd: Date
  evaluatedAt: Date
  verdict: string
  reason: string
  explanation: string
  effect: number | undefined
  noiseFloor: number | undefined
  /** Values by name of the statistic. */
  statistics: Record<string, number>
  /** The evaluation in full. */
  evaluation: unknown
  baseline: { version: number; hash: string; profile: ColumnProfile }
  window: { profile: ColumnProfile }
  binning: string
  monitorHash: string
  /** Level, thresholds and limits that the verdict used. */
  rule: unknown
  codeVersion: string
}

const COLUMNS = [
  'id', 'model', 'monitor', 'kind', 'column', 'segment', 'version', 'window_start', 'window_end', 'evaluated_at',
  'verdict', 'reason', 'explanation', 'effect', 'noise_floor', 'statistics', 'evaluation', 'baseline',
  'baseline_hash', 'monitor_hash', 'binning', 'rule', 'code_version', 'baseline_counts', 'baseline_sums',
  'baseline_squares', 'window_counts', 'window_sums', 'window_squares',
] // prettier-ignore

/** Appends results. A window that is evaluated again gets another result; the old one is kept. */
export async function insertResults(store: Store, results: readonly Result[]): Promise<void> {
  await insertEncoded(store.rollup, 'results', COLUMNS, results.map(encode))
}

function encode(result: Result): string {
  const seconds = (date: Date) => date.getTime() / 1000
  const arrays = ({ counts, sums, squares }: ColumnProfile) => [
    counts,
    encodeFloats(sums),
    ...encodeFloats([squares]),
  ]
  const row = [
    result.id,
    result.model,
    result.monitor,
    result.kind,
    result.column,
    result.segment,
    result.version,
    seconds(result.windowStart),
    seconds(result.windowEnd),
    result.evaluatedAt.getTime(),
    result.verdict,
    result.reason,
    result.explanation,
    result.effect ?? null,
    result.noiseFloor ?? null,
    Object.fromEntries(Object.entries(result.statistics).filter(([, value]) => Number.isFinite(value))),
    JSON.stringify(result.evaluation),
    result.baseline.version,
    result.baseline.hash,
    result.monitorHash,
    result.binning,
    JSON.stringify(result.rule),
    result.codeVersion,
    ...arrays(result.baseline.profile),
    ...arrays(result.window.profile),
  ]
  return JSON.stringify(row)
}

export interface ResultSummary {
  id: string
  monitor: string
  kind: DriftKind
  column: string
  window_start: string
  window_end: string
  evaluated_at: string
  verdict: string
  reason: string
  explanation: string
  effect: number | null
  noise_floor: number | null
  statistics: Record<string, number>
}

export interface ResultFilter {
  model: string
  from: Date
  to: Date
  column?: string | undefined
  limit: number
}

/** As a parameter, a `DateTime` of fewer digits is not read. */
const FIRST_SECOND = 86_400
const LAST_SECOND = 2 ** 32 - 1

/** Seconds since 1970, held within the range of the engine's `DateTime`. */
function epochSeconds(date: Date): number {
  return Math.min(Math.max(Math.floor(date.getTime() / 1000), FIRST_SECOND), LAST_SECOND)
}

/** The newest result of each column and window that ended in `(from, to]`, in order of time. */
export async function readResults(
  store: Store,
  { model, from, to, column, limit }: ResultFilter,
): Promise<ResultSummary[]> {
  return rows<ResultSummary>(
    store.read,
    `SELECT id, monitor, kind, column, ${isoText('results.window_start')} AS window_start,
       ${isoText('results.window_end')} AS window_end, ${isoText('results.evaluated_at')} AS evaluated_at,
       verdict, reason, explanation, effect, noise_floor, statistics
     FROM results
     WHERE model = {model:String} AND results.window_end > {from:DateTime} AND results.window_end <= {to:DateTime}
       ${column === undefined ? '' : 'AND column = {column:String}'}
     ORDER BY results.window_end, kind, column, results.evaluated_at DESC
     LIMIT 1 BY monitor, kind, column, segment, version, results.window_end
     LIMIT {limit:UInt32}`,
    { model, from: epochSeconds(from), to: epochSeconds(to), column, limit },
  )
}
