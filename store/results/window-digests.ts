import { DATA_KIND, type ResultKind } from '../../domain/drift-kind.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, instant, literal } from '../engine/sql.ts'

/** What a window of a monitor gave for one kind, of the whole model. */
export interface WindowDigest {
  monitor: string
  kind: ResultKind
  end: Date
  /** When it was last evaluated. */
  evaluatedAt: Date
  /** Columns by verdict. */
  verdicts: Record<string, number>
  /** The largest effect; null where none could be told. */
  effect: number | null
  /** The metric that performance is judged by, with its value; null of other kinds, and where it has none. */
  performance: { metric: string; value: number } | null
}

export interface DigestQuery {
  model: string
  /** Windows that were evaluated after this; undefined for any time. */
  evaluatedAfter: Date | undefined
  /** Windows that ended after this; undefined for any time. */
  endedAfter: Date | undefined
  limit: number
}

/**
 * The windows of a model as they were evaluated last, in the order in which they were. Those without any verdict are left
 * out: rows may still come.
 */
export async function windowDigests(store: Store, query: DigestQuery): Promise<WindowDigest[]> {
  type Row = Omit<WindowDigest, 'end' | 'evaluatedAt' | 'verdicts' | 'performance'> & {
    ended: number
    evaluated: number | string
    counted: Record<string, number | string>
    metric: string
    value: number | null
  }
  const found = await rows<Row>(
    store.read,
    `SELECT monitor, kind, ended, max(at) AS evaluated, sumMap(map(said, toUInt64(1))) AS counted, max(size) AS effect,
       anyIf(column, kind = 'performance') AS metric, anyIf(shown, kind = 'performance') AS value
     FROM (
       SELECT monitor, kind, column, toString(verdict) AS said, effect AS size,
         if(mapContains(statistics, column), toNullable(statistics[column]), NULL) AS shown,
         toUnixTimestamp(results.window_end) AS ended, toUnixTimestamp64Milli(results.evaluated_at) AS at
       FROM results
       WHERE model = ${literal(query.model)} AND segment = '' AND version = ''
         AND NOT (kind = ${literal(DATA_KIND)} AND column = '') ${isWanted(query)}
       ORDER BY results.evaluated_at DESC LIMIT 1 BY monitor, kind, column, ended)
     GROUP BY monitor, kind, ended
     HAVING countIf(said != 'insufficient_data') > 0 AND evaluated > ${query.evaluatedAfter?.getTime() ?? 0}
     ORDER BY evaluated, ended, monitor, kind LIMIT ${Math.max(0, Math.trunc(query.limit))}`,
  )
  return found.map(({ ended, evaluated, counted, metric, value, ...digest }) => ({
    ...digest,
    end: new Date(ended * 1000),
    evaluatedAt: new Date(Number(evaluated)),
    verdicts: Object.fromEntries(Object.entries(counted).map(([verdict, n]) => [verdict, Number(n)])),
    performance: metric === '' || value === null ? null : { metric, value },
  }))
}

/** All results of a window count, even those that were evaluated earlier than its newest. */
function isWanted({ model, evaluatedAfter, endedAfter }: DigestQuery): string {
  const ended = endedAfter && `AND results.window_end > ${hourLiteral(endedAfter)}`
  const newer =
    evaluatedAfter &&
    `AND (monitor, kind, results.window_end) IN (
         SELECT monitor, kind, window_end FROM results
         WHERE model = ${literal(model)} AND segment = '' AND version = '' AND evaluated_at > ${instant(evaluatedAfter)})`
  return [ended, newer].filter((one) => one !== undefined).join(' ')
}
