import { LAST_SECOND } from '../../domain/time.ts'
import type { ColumnProfile } from '../profiles/binning.ts'
import { encodeFloats } from '../engine/floats.ts'
import type { ResultKind } from '../../domain/drift-kind.ts'
import { insertEncoded, rows } from '../engine/query.ts'
import type { HourSpan } from '../profiles/hour-spans.ts'
import { isoText, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** What shipped tables of results lack. */
export const RESULT_MIGRATIONS = [
  `ALTER TABLE results ADD COLUMN IF NOT EXISTS baseline_hours String DEFAULT '' CODEC(ZSTD(3))`,
]

/** The hours of stored rows that a side of a result was counted from. */
export interface CountedHours {
  spans: readonly HourSpan[]
  /** Only rows of this version of the model. */
  version?: string | undefined
}

/** One evaluation of one column in one window against one baseline, with all it was computed from. */
export interface Result {
  id: string
  model: string
  monitor: string
  kind: ResultKind
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
  /** `hours`: what it was counted from, where it is no stored one; then `version` only gave the bins. */
  baseline: { version: number; hash: string; profile: ColumnProfile; hours?: CountedHours | undefined }
  window: { profile: ColumnProfile }
  /** What was judged where it is not the profiles of a column: sums over labelled rows. */
  inputs?: unknown
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
  'baseline_hours', 'inputs',
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
    result.baseline.hours === undefined ? '' : JSON.stringify(result.baseline.hours),
    result.inputs === undefined ? '' : JSON.stringify(result.inputs),
  ]
  return JSON.stringify(row)
}

export interface ResultSummary {
  id: string
  monitor: string
  kind: ResultKind
  column: string
  segment: string
  version: string
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

/** Where a page of results ended: the last one's end of window (epoch seconds), monitor, kind, column, segment, version. */
export type ResultPosition = readonly [number, string, string, string, string, string]

export interface ResultFilter {
  model: string
  from: Date
  to: Date
  monitor?: string | undefined
  kind?: string | undefined
  column?: string | undefined
  segment?: string | undefined
  version?: string | undefined
  verdict?: string | undefined
  /** Results that have this statistic. */
  statistic?: string | undefined
  /** Results that come after it. */
  after?: ResultPosition | undefined
  limit: number
}

/** Seconds since 1970, held within the range of the engine's `DateTime`. */
function epochSeconds(date: Date): number {
  return Math.min(Math.max(Math.floor(date.getTime() / 1000), 0), LAST_SECOND)
}

const MEMBER = 'monitor, kind, column, segment, version'

/** The columns of a {@link ResultSummary}. Times are qualified, as the texts made of them are called the same. */
export const SUMMARY = `id, ${MEMBER}, ${isoText('results.window_start')} AS window_start,
  ${isoText('results.window_end')} AS window_end, ${isoText('results.evaluated_at')} AS evaluated_at,
  verdict, reason, explanation, effect, noise_floor, statistics`

/** The newest result of each member and window that ended in `(from, to]`, in order of time. */
export async function readResults(store: Store, filter: ResultFilter): Promise<ResultSummary[]> {
  const { model, from, to, monitor, kind, column, segment, version, verdict, statistic, after } = filter
  const equal = Object.entries({ model, monitor, kind, column, segment, version })
  const conditions = [
    ...equal.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${literal(value)}`])),
    `results.window_end > toDateTime(${epochSeconds(from)}, 'UTC')`,
    `results.window_end <= toDateTime(${epochSeconds(to)}, 'UTC')`,
    ...(after === undefined ? [] : [isAfter(after)]),
  ]
  // A result that was replaced must not show because its successor is filtered out.
  const outer = [
    ...(verdict === undefined ? [] : [`verdict = ${literal(verdict)}`]),
    ...(statistic === undefined ? [] : [`mapContains(statistics, ${literal(statistic)})`]),
  ]
  const limit = `LIMIT ${Math.max(0, Math.trunc(filter.limit))}`
  return rows<ResultSummary>(
    store.read,
    `SELECT * FROM (
       SELECT ${SUMMARY} FROM results WHERE ${conditions.join(' AND ')}
       ORDER BY results.window_end, ${MEMBER}, results.evaluated_at DESC LIMIT 1 BY results.window_end, ${MEMBER}
       ${outer.length === 0 ? limit : ''})
     ${outer.length === 0 ? '' : `WHERE ${outer.join(' AND ')}`} ORDER BY window_end, ${MEMBER} ${limit}`,
  )
}

function isAfter([end, ...member]: ResultPosition): string {
  return `(toUnixTimestamp(results.window_end), ${MEMBER}) > (${Math.trunc(end)}, ${member.map(literal).join(', ')})`
}
