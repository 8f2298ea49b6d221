import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../engine/query.ts'
import { instant } from '../engine/sql.ts'

/** Dead letters with one reason. */
export interface ReasonCount {
  reason: string
  letters: number
  models: number
  last: Date
}

/** The dead letters that came since a time and were not replayed, by reason, the most frequent first. */
export async function recentDeadLetters(client: ClickHouseClient, since: Date): Promise<ReasonCount[]> {
  // The newest version of a letter decides. If it is older than that, so are all others, and FINAL would read them.
  const found = await rows<{ why: string; letters: number; models: number; last: number }>(
    client,
    `SELECT why, toFloat64(count()) AS letters, toFloat64(uniqExact(owner)) AS models,
       toFloat64(toUnixTimestamp64Milli(max(newest))) AS last FROM (
         SELECT argMax(reason, received_at) AS why, argMax(model, received_at) AS owner,
           argMax(gone, received_at) AS is_gone, max(received_at) AS newest
         FROM dead_letters WHERE received_at >= ${instant(since)} GROUP BY source, partition, offset, stamp)
     WHERE is_gone = 0 GROUP BY why ORDER BY letters DESC, why`,
  )
  return found.map(({ why, last, ...counts }) => ({ reason: why, ...counts, last: new Date(last) }))
}
