import type { ColumnProfile } from './binning.ts'
import { belongsTo } from '../events/served.ts'
import { decodeFloats } from '../engine/floats.ts'
import type { Role } from '../../control/declared/model.ts'
import { streamOf } from './profiles.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, literal } from '../engine/sql.ts'
import type { Store } from '../engine/client.ts'

export interface ColumnQuery {
  model: string
  binning: string
  role: Role
  column: string
  /** Whole hours, `[from, to)`. */
  from: Date
  to: Date
  /** Only rows of this version of the model. */
  version?: string | undefined
  /** Only rows of this segment. */
  segment?: string | undefined
}

/** The published profiles of one column. */
function published({ model, binning, role, column, from, to, version, segment = '' }: ColumnQuery): string {
  const scope = `model = ${literal(model)} AND binning = ${literal(binning)} AND part = ${literal(streamOf(role))}
    AND hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)}`
  return `FROM profiles WHERE ${scope} AND role = ${literal(role)} AND column = ${literal(column)} AND segment = ${literal(segment)}
    AND ${belongsTo(version)}
    AND (hour, generation) IN (SELECT hour, max(generation) FROM hours WHERE ${scope} GROUP BY hour)`
}

/** What is known of one column over a window; undefined when it has no rows there. */
export async function readColumnProfile(
  store: Store,
  query: ColumnQuery,
): Promise<ColumnProfile | undefined> {
  const [found] = await rows<{
    n: number
    counts: number[]
    sums: (number | null)[]
    squares: number | null
  }>(
    store.read,
    `SELECT count() AS n, sumForEach(counts) AS counts, sumForEach(sums) AS sums, sum(squares) AS squares
     ${published(query)}`,
  )
  if (found.n === 0) return undefined
  const { counts, sums, squares } = found
  return { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] }
}

/** The counts of one column hour by hour, ascending; hours without rows are absent. */
export async function readHourlyCounts(
  store: Store,
  query: ColumnQuery,
): Promise<{ hour: Date; counts: number[] }[]> {
  const found = await rows<{ at: number; counts: number[] }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, sumForEach(counts) AS counts ${published(query)} GROUP BY hour ORDER BY hour`,
  )
  return found.map(({ at, counts }) => ({ hour: new Date(at * 1000), counts }))
}

/** What is known of one column in steps of whole hours since 1970, by the beginning of the step, epoch milliseconds. */
export async function readColumnSteps(
  store: Store,
  query: ColumnQuery,
  stepMs: number,
): Promise<Map<number, ColumnProfile>> {
  const found = await rows<{
    step: number
    counts: number[]
    sums: (number | null)[]
    squares: number | null
  }>(
    store.read,
    `SELECT intDiv(toUnixTimestamp(hour), ${stepMs / 1000}) AS step, sumForEach(counts) AS counts,
       sumForEach(sums) AS sums, sum(squares) AS squares ${published(query)} GROUP BY step`,
  )
  return new Map(
    found.map(({ step, counts, sums, squares }) => [
      step * stepMs,
      { counts, sums: decodeFloats(sums), squares: decodeFloats([squares])[0] },
    ]),
  )
}
