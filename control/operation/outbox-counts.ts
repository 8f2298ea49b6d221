import type { Control } from '../database/control.ts'

/** How the messages stand that are still to be sent, or were given up. */
export interface OutboxCounts {
  /** Never tried. */
  waiting: number
  /** When the event of the oldest of them came to be. */
  oldestWaiting: Date | undefined
  /** Tried in vain, and to be tried again. */
  retrying: number
  /** When the first of them is tried again. */
  nextAttempt: Date | undefined
  /** By a silence, or because a worse alert fires. */
  muted: number
  /** And not replayed since. */
  givenUp: number
}

export async function outboxCounts(control: Control): Promise<OutboxCounts> {
  const found = await control
    .selectFrom('outbox as o')
    .innerJoin('alert_events as e', 'e.id', 'o.event_id')
    .select(['o.status', (row) => row.fn.countAll<number>().as('messages')])
    .select((row) => [row.fn.min('e.created_at').as('oldest'), row.fn.min('o.next_attempt_at').as('next')])
    .where((row) => row.or([row('o.is_open', '=', 1), row('o.status', '=', 'given_up')]))
    .groupBy('o.status')
    .execute()
  const of = (...statuses: string[]) => found.filter(({ status }) => statuses.includes(status))
  const count = (...statuses: string[]) =>
    of(...statuses).reduce((sum, { messages }) => sum + Number(messages), 0)
  const earliest = (times: (number | null)[]) => {
    const known = times.filter((time) => time !== null).map(Number)
    return known.length === 0 ? undefined : new Date(Math.min(...known))
  }
  return {
    waiting: count('', 'replayed'),
    oldestWaiting: earliest(of('').map(({ oldest }) => oldest)),
    retrying: count('failed'),
    nextAttempt: earliest(of('failed').map(({ next }) => next)),
    muted: count('silenced', 'inhibited'),
    givenUp: count('given_up'),
  }
}
