import { DATA_KIND, type ResultKind } from '../../domain/drift-kind.ts'
import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'

/** What a window of a monitor gave for one kind, of the whole model. */
export interface WindowDigest {
  monitor: string
  kind: ResultKind
  end: Date
  /** Columns by verdict. */
  verdicts: Record<string, number>
  /** The largest effect; null where none could be told. */
  effect: number | null
  /** The metric that performance is judged by, with its value; null of other kinds, and where it has none. */
  performance: { metric: string; value: number } | null
}

export interface DigestQuery {
  model: string
  /** End of the last window that is not wanted, by `monitor/kind`; of others it is `from`. */
  after: Readonly<Record<string, Date>>
  from: Date
  limit: number
}

/**
 * The windows of a model that ended after those that are known, in order of time. Those without any verdict are left out:
 * rows may still come.
 */
export async function windowDigests(store: Store, query: DigestQuery): Promise<WindowDigest[]> {
  type Row = Omit<WindowDigest, 'end' | 'verdicts' | 'performance'> & {
    ended: number
    counted: Record<string, number | string>
    metric: string
    value: number | null
  }
  const found = await rows<Row>(
    store.read,
    `SELECT monitor, kind, ended, sumMap(map(said, toUInt64(1))) AS counted, max(size) AS effect,
       anyIf(column, kind = 'performance') AS metric, anyIf(shown, kind = 'performance') AS value
     FROM (
       SELECT monitor, kind, column, toString(verdict) AS said, effect AS size,
         if(mapContains(statistics, column), toNullable(statistics[column]), NULL) AS shown,
         toUnixTimestamp(results.window_end) AS ended
       FROM results
       WHERE model = ${literal(query.model)} AND segment = '' AND version = ''
         AND NOT (kind = ${literal(DATA_KIND)} AND column = '') AND ${isWanted(query)}
       ORDER BY results.evaluated_at DESC LIMIT 1 BY monitor, kind, column, ended)
     GROUP BY monitor, kind, ended HAVING countIf(said != 'insufficient_data') > 0
     ORDER BY ended, monitor, kind LIMIT ${Math.max(0, Math.trunc(query.limit))}`,
  )
  return found.map(({ ended, counted, metric, value, ...digest }) => ({
    ...digest,
    end: new Date(ended * 1000),
    verdicts: Object.fromEntries(Object.entries(counted).map(([verdict, n]) => [verdict, Number(n)])),
    performance: metric === '' || value === null ? null : { metric, value },
  }))
}

function isWanted({ after, from }: DigestQuery): string {
  const part = `concat(monitor, '/', kind)`
  const known = Object.entries(after)
  const isAfter = (date: Date) => `results.window_end > ${hourLiteral(date)}`
  if (known.length === 0) return isAfter(from)
  const others = `${part} NOT IN (${known.map(([name]) => literal(name)).join(', ')}) AND ${isAfter(from)}`
  const each = known.map(([name, end]) => `(${part} = ${literal(name)} AND ${isAfter(end)})`)
  return `((${others}) OR ${each.join(' OR ')})`
}
