import type { Member } from '../store/alert-events.ts'
import type { Store } from '../store/client.ts'
import { rows } from '../store/query.ts'
import { hourLiteral, literal } from '../store/sql.ts'
import type { Placed } from './severity.ts'

export interface RecentFilter {
  model: string
  monitor: string
  /** Windows that ended in `(after, before)`. */
  after: Date
  before: Date
  /** At most this many decided ones of each member, and as many unconfirmed ones. */
  limit: number
}

/**
 * The last evaluations of each member that count, decided or unconfirmed, ascending. A window that was evaluated again counts once, as it
 * was evaluated last.
 */
export async function recentEvaluations(
  store: Store,
  { model, monitor, after, before, limit }: RecentFilter,
): Promise<(Member & Placed)[]> {
  const found = await rows<
    Member & {
      id: string
      ended: number
      verdict: Placed['verdict']
      explanation: string
      effect: number | null
    }
  >(
    store.read,
    `SELECT id, kind, column, segment, version, toUnixTimestamp(window_end) AS ended, verdict, explanation, effect
     FROM (
       SELECT id, kind, column, segment, version, window_end, verdict, explanation, effect FROM results
       WHERE model = ${literal(model)} AND monitor = ${literal(monitor)}
         AND window_end > ${hourLiteral(after)} AND window_end < ${hourLiteral(before)}
       ORDER BY evaluated_at DESC LIMIT 1 BY kind, column, segment, version, window_end)
     WHERE verdict IN ('ok', 'unconfirmed', 'warning', 'critical')
     ORDER BY window_end DESC LIMIT ${limit} BY kind, column, segment, version, verdict = 'unconfirmed'`,
  )
  return found.reverse().map(({ id, ended, effect, ...row }) => ({
    ...row,
    resultId: id,
    windowEnd: new Date(ended * 1000),
    effect: effect ?? undefined,
  }))
}
