import { LAST_SECOND } from '../../domain/time.ts'
import { rows } from '../engine/query.ts'
import { DATA_KIND, LABEL_KINDS, type ResultKind } from '../../domain/drift-kind.ts'
import type { NewestWindow } from '../results/newest-windows.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import { hourLiteral, isoText, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

/** How the newest windows of a model's monitors came out. */
export interface NewestResults {
  model: string
  worst: WorstResult
  /** Feature columns with a breach, and with any verdict at all. */
  drifted: number
  decided: number
}

/** The result with the worst verdict; of equal ones that with the largest effect. Of drift, if any is checked. */
export interface WorstResult {
  id: string
  monitor: string
  kind: ResultKind
  column: string
  segment: string
  version: string
  verdict: string
  effect: number | null
  explanation: string
  window_end: string
}

const NEEDS_LABELS = `kind IN (${LABEL_KINDS.map(literal).join(', ')})`
const BREACH = `verdict IN ('warning', 'critical')`
const DECIDED = `verdict != 'insufficient_data'`
/** Findings about data are no drift; that data were checked is all that is known of a model nothing else is checked of. */
const OF_DRIFT = `(kind = ${literal(DATA_KIND)}) = (column = '')`
/** Shares and courses are of the whole model: parts of it would count its columns again. */
const WHOLE = `segment = '' AND version = ''`
const RANK = `indexOf([${VERDICTS.map(literal).join(', ')}], verdict)`

/** What came out in these windows, by model. */
export async function newestResults(
  store: Store,
  windows: readonly NewestWindow[],
): Promise<NewestResults[]> {
  if (windows.length === 0) return []
  const wanted = windows.map(
    ({ model, monitor, labels, end }) =>
      `(${literal(model)}, ${literal(monitor)}, ${labels ? 1 : 0}, ${hourLiteral(end)})`,
  )
  type Worst = [string, string, ResultKind, string, string, string, string, number | null, string, string]
  const found = await rows<Omit<NewestResults, 'worst'> & { worst: Worst }>(
    store.read,
    `SELECT model,
       argMax((id, monitor, kind, column, segment, version, verdict, effect, explanation, ended),
         (kind != ${literal(DATA_KIND)}, ${RANK}, ifNull(effect, -inf), monitor, kind, column, segment, version)) AS worst,
       uniqExactIf(column, kind = 'feature' AND ${WHOLE} AND ${BREACH}) AS drifted,
       uniqExactIf(column, kind = 'feature' AND ${WHOLE} AND ${DECIDED}) AS decided
     FROM (
       SELECT model, id, monitor, kind, column, segment, version, verdict, effect, explanation,
         ${isoText('results.window_end')} AS ended
       FROM results
       WHERE ${OF_DRIFT} AND window_end IN (${windows.map(({ end }) => hourLiteral(end)).join(', ')})
         AND (model, monitor, ${NEEDS_LABELS}, window_end) IN (${wanted.join(', ')})
       ORDER BY evaluated_at DESC LIMIT 1 BY model, monitor, kind, column, segment, version)
     GROUP BY model`,
  )
  return found.map(({ worst, ...row }) => {
    const [id, monitor, kind, column, segment, version, verdict, effect, explanation, window_end] = worst
    const member = { monitor, kind, column, segment, version }
    return { ...row, worst: { id, ...member, verdict, effect, explanation, window_end } }
  })
}

/** One window of a monitor's recent past. */
export interface EffectPoint {
  model: string
  window_end: string
  /** The largest of features and predictions; null where none could be told. */
  effect: number | null
  drifted: number
  decided: number
}

/** A model, one monitor of it, and where its recent past begins. */
export interface Recent {
  model: string
  monitor: string
  since: Date
}

/** Windows that ended after `since`; ascending, at most `limit` of the newest a model. */
export async function recentEffects(
  store: Store,
  recent: readonly Recent[],
  limit: number,
): Promise<EffectPoint[]> {
  if (recent.length === 0) return []
  const seconds = recent.map(({ since }) => Math.floor(since.getTime() / 1000))
  const pairs = recent.map(({ model, monitor }) => `(${literal(model)}, ${literal(monitor)})`)
  // Looked up by monitor: a condition a monitor would be tried on each row.
  const since = `transform(monitor, [${recent.map(({ monitor }) => literal(monitor)).join(', ')}], [${seconds.join(', ')}], ${LAST_SECOND})`
  const found = await rows<EffectPoint>(
    store.read,
    `SELECT model, ${isoText('ended')} AS window_end, max(effect) AS effect,
       countIf(kind = 'feature' AND ${BREACH}) AS drifted, countIf(kind = 'feature' AND ${DECIDED}) AS decided
     FROM (
       SELECT model, results.window_end AS ended, kind,
         argMax((results.verdict, results.effect), evaluated_at) AS newest,
         tupleElement(newest, 1) AS verdict, tupleElement(newest, 2) AS effect
       FROM results
       WHERE results.window_end > toDateTime(${Math.min(...seconds)}, 'UTC')
         AND toUnixTimestamp(results.window_end) > ${since}
         AND (model, monitor) IN (${pairs.join(', ')}) AND kind IN ('feature', 'prediction') AND ${WHOLE}
       GROUP BY model, ended, kind, column, segment, version)
     GROUP BY model, ended ORDER BY model, ended DESC LIMIT ${Math.trunc(limit)} BY model`,
  )
  return found.reverse()
}
