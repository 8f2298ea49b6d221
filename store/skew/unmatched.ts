import type { Store } from '../engine/client.ts'
import { rows } from '../engine/query.ts'
import { hourLiteral, instant } from '../engine/sql.ts'
import { belongsTo } from '../events/served.ts'
import { onShards } from '../events/silver.ts'

export interface Unmatched {
  /** Reference rows that name a counted hour of the period in which no such prediction was served. */
  unmatched: number
  /** Reference rows that name no time, were received in the period, and of whose id no prediction is stored. */
  unmatchedWithoutTime: number
}

interface Scope {
  from: Date
  to: Date
  /** Hours that are to be counted: which of their rows have a prediction is not known yet. Epoch milliseconds. */
  open: ReadonlySet<number>
  /** By hour, the reference rows that name it and have a prediction. */
  matched: ReadonlyMap<number, { named: number }>
}

/** Counts the reference rows of a period that no served prediction belongs to, without joining them. */
export async function countUnmatched(
  store: Store,
  model: string,
  { from, to, open, matched }: Scope,
): Promise<Unmatched> {
  const named = onShards(
    store,
    model,
    ({ reference }) => `(SELECT hour, count() AS n FROM ${reference} FINAL
      WHERE hour >= ${hourLiteral(from)} AND hour < ${hourLiteral(to)} GROUP BY hour)`,
  )
  const found = await rows<{ at: number; n: number }>(
    store.read,
    `SELECT toUnixTimestamp(hour) AS at, toUInt32(sum(n)) AS n FROM ${named} GROUP BY hour`,
  )
  const unmatched = found
    .filter(({ at }) => !open.has(at * 1000))
    // Reference rows that were deleted since are still counted as matched.
    .reduce((sum, { at, n }) => sum + Math.max(0, n - (matched.get(at * 1000)?.named ?? 0)), 0)
  return { unmatched, unmatchedWithoutTime: await countWithoutTime(store, model, { from, to }) }
}

async function countWithoutTime(store: Store, model: string, { from, to }: Pick<Scope, 'from' | 'to'>) {
  const unnamed = `hour = toDateTime(0, 'UTC') AND received_at >= ${instant(from)} AND received_at < ${instant(to)}`
  const found = onShards(
    store,
    model,
    ({ reference, labelIndex }) => `(SELECT id FROM ${reference} FINAL WHERE ${unnamed}
      AND sipHash64(id) NOT IN (SELECT hash FROM ${labelIndex}
        WHERE ${belongsTo(undefined)} AND hash IN (SELECT sipHash64(id) FROM ${reference} WHERE ${unnamed})))`,
  )
  const [{ n }] = await rows<{ n: number }>(store.read, `SELECT toUInt32(count()) AS n FROM ${found}`)
  return n
}
