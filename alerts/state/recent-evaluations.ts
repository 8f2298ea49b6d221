import { WEEK_MS } from '../../domain/time.ts'
import type { Member } from '../../control/alerting/alert-event.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { hourLiteral, literal } from '../../store/engine/sql.ts'
import { isDecided, type Placed } from './window-verdict.ts'
import { memberKey } from './member.ts'

export interface RecentFilter {
  model: string
  monitor: string
  /** Windows that ended before. */
  before: Date
  /** Those whose evaluations are asked for. */
  members: readonly Member[]
  /** At most this many decided ones of each member, and as many unconfirmed ones. */
  limit: number
}

/** Most members have their last evaluations within so long; of others more is read, each time so many times as much. */
const FIRST_REACH_MS = WEEK_MS
/** A read costs more than the rows of a year in it. */
const FURTHER = 64
/** Beyond so many members it is cheaper to read them all than to name each. */
const MAX_NAMED = 500

/**
 * The last evaluations of each member that count, decided or unconfirmed, ascending, however long ago. A window that was
 * evaluated again counts once, as it was evaluated last.
 */
export async function recentEvaluations(
  store: Store,
  { members, ...filter }: RecentFilter,
): Promise<(Member & Placed)[]> {
  const found: (Member & Placed)[] = []
  let lacking = members
  for (let reach = FIRST_REACH_MS; lacking.length > 0; reach *= FURTHER) {
    const after = Math.max(0, filter.before.getTime() - reach)
    const read = await readSince(store, filter, new Date(after), lacking)
    const decided = new Map<string, number>()
    for (const one of read.filter(isDecided))
      decided.set(memberKey(one), (decided.get(memberKey(one)) ?? 0) + 1)
    // Unconfirmed ones from before the first of them change nothing.
    const isComplete = (member: Member) => after === 0 || decided.get(memberKey(member)) === filter.limit
    const complete = new Set(lacking.filter(isComplete).map(memberKey))
    found.push(...read.filter((one) => complete.has(memberKey(one))))
    lacking = lacking.filter((member) => !complete.has(memberKey(member)))
  }
  return found
}

/** With verdicts as `verdictForAlerts` has them. */
async function readSince(
  store: Store,
  { model, monitor, before, limit }: Omit<RecentFilter, 'members'>,
  after: Date,
  members: readonly Member[],
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
       SELECT id, kind, column, segment, version, window_end, explanation, effect,
         if(verdict = 'unconfirmed' AND reason = 'unconfirmed', 'ok', verdict) AS verdict
       FROM results
       WHERE model = ${literal(model)} AND monitor = ${literal(monitor)} ${among(members)}
         AND window_end >= ${hourLiteral(after)} AND window_end < ${hourLiteral(before)}
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

function among(members: readonly Member[]): string {
  if (members.length > MAX_NAMED) return ''
  const named = members.map(
    ({ kind, column, segment, version }) => `(${[kind, column, segment, version].map(literal).join(', ')})`,
  )
  return `AND (kind, column, segment, version) IN (${named.join(', ')})`
}
