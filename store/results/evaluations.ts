import { insertObjects, rows } from '../engine/query.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'
import type { Stream } from '../profiles/profiles.ts'
import type { Store } from '../engine/client.ts'

/**
 * How the evaluation of one window of a monitor ended; `awaiting_labels`: it is not known how long they take;
 * `backfilled`: it was evaluated because somebody asked for it, and is still due on schedule where its time comes.
 */
export type EvaluationStatus =
  'evaluated' | 'no_data' | 'no_baseline' | 'awaiting_labels' | 'error' | 'backfilled'

/** A window in error is not done with, nor is one on schedule that was only backfilled. */
export const SETTLED: readonly EvaluationStatus[] = ['evaluated', 'no_data', 'no_baseline', 'awaiting_labels']

export interface WindowEvaluation {
  monitor: string
  /** Labels mature later than predictions, so each stream of a monitor has windows of its own. */
  stream: Stream
  windowEnd: Date
  evaluatedAt: Date
  status: EvaluationStatus
  detail: string
  /** Number of the baseline that gave the bins; undefined where there was none. */
  baseline?: number | undefined
}

/** What shipped tables of evaluations lack. */
export const EVALUATION_MIGRATIONS = [
  'ALTER TABLE evaluations ADD COLUMN IF NOT EXISTS baseline UInt32 DEFAULT 0',
]

/** Records that a window was evaluated; the last step of an evaluation, so that a crash before it repeats the window. */
export async function insertEvaluation(store: Store, evaluation: WindowEvaluation): Promise<void> {
  await insertEvaluations(store, [evaluation])
}

/** As {@link insertEvaluation}, of several windows. */
export async function insertEvaluations(
  store: Store,
  evaluations: readonly WindowEvaluation[],
): Promise<void> {
  await insertObjects(
    store.rollup,
    'evaluations',
    evaluations.map(({ monitor, stream, windowEnd, evaluatedAt, status, detail, baseline = 0 }) => ({
      monitor,
      part: stream,
      window_end: windowEnd.getTime() / 1000,
      evaluated_at: evaluatedAt.getTime(),
      status,
      detail,
      baseline,
    })),
  )
}

/** Ends of windows in `[from, to]` that were evaluated against a baseline since a time, whatever they gave. */
export async function endsEvaluatedSince(
  store: Store,
  query: Pick<StaleQuery, 'monitor' | 'stream' | 'baseline' | 'from' | 'to'>,
  since: Date,
): Promise<Date[]> {
  const { monitor, stream, baseline, from, to } = query
  const found = await rows<{ end: number }>(
    store.rollup,
    `SELECT toUnixTimestamp(window_end) AS end FROM evaluations FINAL
     WHERE monitor = ${literal(monitor)} AND part = ${literal(stream)} AND baseline = ${Math.trunc(baseline)}
       AND window_end >= ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}
       AND evaluated_at >= ${instant(since)} AND status IN ('evaluated', 'no_data', 'backfilled')`,
  )
  return found.map(({ end }) => new Date(end * 1000))
}

/** Ends of windows in `[from, to]` that were evaluated on schedule, whatever they gave. */
export async function evaluatedEnds(
  store: Store,
  { monitor, stream, from, to }: Pick<StaleQuery, 'monitor' | 'stream' | 'from' | 'to'>,
): Promise<Date[]> {
  const found = await rows<{ end: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(window_end) AS end FROM evaluations
     WHERE monitor = ${literal(monitor)} AND part = ${literal(stream)}
       AND window_end >= ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}
       AND status IN (${SETTLED.map(literal).join(', ')})`,
  )
  return found.map(({ end }) => new Date(end * 1000))
}

/** Where a monitor stands with a stream: the newest window that is done with, and the newest of those that were evaluated. */
export interface LastEnds {
  settled: Date | undefined
  /** Without windows whose end was not known to wait for labels, and those without a baseline. */
  evaluated: Date | undefined
}

/** Of several monitors, as one statement costs about as much as each of theirs. */
export async function lastEvaluatedEnds(
  store: Store,
  monitors: readonly string[],
): Promise<(monitor: string, stream: Stream) => LastEnds> {
  if (monitors.length === 0) return () => ({ settled: undefined, evaluated: undefined })
  const newest = (statuses: readonly EvaluationStatus[]) =>
    `toUnixTimestamp(maxIf(window_end, status IN (${statuses.map(literal).join(', ')})))`
  const found = await rows<{ monitor: string; part: Stream; settled: number; evaluated: number }>(
    store.rollup,
    `SELECT monitor, part, ${newest(SETTLED)} AS settled, ${newest(['evaluated', 'no_data'])} AS evaluated
     FROM evaluations FINAL WHERE monitor IN (${monitors.map(literal).join(', ')}) GROUP BY monitor, part`,
  )
  const ends = new Map(found.map((one) => [`${one.part} ${one.monitor}`, one]))
  const dateOf = (seconds = 0) => (seconds === 0 ? undefined : new Date(seconds * 1000))
  return (monitor, stream) => {
    const own = ends.get(`${stream} ${monitor}`)
    return { settled: dateOf(own?.settled), evaluated: dateOf(own?.evaluated) }
  }
}

/** End of the newest window evaluated, if one was: of those that ended with one of these statuses, or any. */
export async function lastEvaluatedEnd(
  store: Store,
  monitor: string,
  stream: Stream,
  statuses?: readonly EvaluationStatus[],
): Promise<Date | undefined> {
  const among = statuses === undefined ? '' : `AND status IN (${statuses.map(literal).join(', ')})`
  const [{ last }] = await rows<{ last: number }>(
    store.rollup,
    `SELECT toUnixTimestamp(max(window_end)) AS last FROM evaluations FINAL
     WHERE monitor = ${literal(monitor)} AND part = ${literal(stream)} ${among}`,
  )
  return last === 0 ? undefined : new Date(last * 1000)
}

/** End of the first window of predictions that a monitor evaluated on schedule, if it did. */
export async function firstScheduledEnd(store: Store, monitor: string): Promise<Date | undefined> {
  const [{ first }] = await rows<{ first: number }>(
    store.rollup,
    `SELECT toUnixTimestamp(min(window_end)) AS first FROM evaluations FINAL
     WHERE monitor = ${literal(monitor)} AND part = 'predictions' AND status NOT IN ('backfilled', 'error')`,
  )
  return first === 0 ? undefined : new Date(first * 1000)
}

/** How the newest window of each monitor's predictions ended. */
export async function lastEvaluations(
  store: Store,
): Promise<{ monitor: string; status: EvaluationStatus; end: Date }[]> {
  const found = await rows<{ monitor: string; status: EvaluationStatus; ended: number }>(
    store.read,
    `SELECT monitor, argMax(status, (window_end, evaluated_at)) AS status, toUnixTimestamp(max(window_end)) AS ended
     FROM evaluations WHERE part = 'predictions' AND evaluations.status != 'backfilled' GROUP BY monitor`,
  )
  return found.map(({ ended, ...last }) => ({ ...last, end: new Date(ended * 1000) }))
}

/**
 * Ends of windows in `[from, to]` that were evaluated before one of their hours was last counted, ascending:
 * late rows or labels have changed what they hold. One that was compared with another baseline stays as it is: that
 * its hours are counted over other bins changes nothing of what was found then.
 */
export async function staleEnds(
  store: Store,
  { monitor, model, baseline, binning, stream, windowMs, from, to }: StaleQuery,
): Promise<Date[]> {
  const found = await rows<{ end: number }>(
    store.rollup,
    `SELECT DISTINCT toUnixTimestamp(e.window_end) AS end
     FROM (SELECT window_end, max(evaluated_at) AS evaluated_at FROM evaluations
       WHERE monitor = ${literal(monitor)} AND part = ${literal(stream)}
         AND window_end >= ${hourLiteral(from)} AND window_end <= ${hourLiteral(to)}
       GROUP BY window_end HAVING argMax(baseline, evaluations.evaluated_at) IN (0, ${Math.trunc(baseline)})) AS e
     CROSS JOIN (SELECT hour, max(published_at) AS published_at FROM hours
       WHERE model = ${literal(model)} AND binning = ${literal(binning)} AND part = ${literal(stream)}
         AND hour >= ${hourLiteral(new Date(from.getTime() - windowMs))} AND hour < ${hourLiteral(to)}
       GROUP BY hour) AS h
     WHERE h.published_at > e.evaluated_at AND h.hour < e.window_end
       AND h.hour >= e.window_end - ${windowMs / 1000}
     ORDER BY end`,
  )
  return found.map(({ end }) => new Date(end * 1000))
}

export interface StaleQuery {
  monitor: string
  model: string
  /** Number of the baseline that windows are compared with now. */
  baseline: number
  binning: string
  stream: Stream
  /** Length of the monitor's window, milliseconds. */
  windowMs: number
  from: Date
  to: Date
}
