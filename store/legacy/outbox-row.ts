import type { ControlTables } from '../../control/database/tables.ts'
import type { LegacyRow } from './tables.ts'

/** Channels that are to be told of an event, by the id of the event. */
export type Owed = Map<string, ReadonlySet<string>>

/** Statuses after which an event is still to be delivered. */
const OPEN: readonly string[] = ['failed', 'silenced', 'inhibited', 'replayed']

/**
 * How the delivery of an event to a channel stands after its attempts, which are in order. Failures count since it was
 * last muted or replayed.
 * @param isOwed whether the event is one that the channel is to be told of
 */
export function outboxRow(
  attempts: readonly LegacyRow<'deliveries'>[],
  isOwed: boolean,
): ControlTables['outbox'] {
  const last = attempts.at(-1)!
  const failed = attempts.slice(attempts.findLastIndex(({ status }) => status !== 'failed') + 1)
  const retries = attempts.flatMap(({ next_attempt_ms }) => next_attempt_ms ?? [])
  return {
    event_id: last.event_id,
    channel: last.channel,
    status: last.status,
    is_open: isOwed && OPEN.includes(last.status) ? 1 : 0,
    attempts: last.attempt,
    failures: failed.length,
    first_failed_at: failed.length === 0 ? null : Math.min(...failed.map(({ at_ms }) => at_ms)),
    next_attempt_at: last.status === 'failed' && retries.length > 0 ? Math.max(...retries) : null,
    muted_by: last.muted_by,
  }
}

/** As an event stands in the outbox that nobody has tried to deliver. */
export function untriedRow(event_id: string, channel: string): ControlTables['outbox'] {
  return {
    event_id,
    channel,
    status: '',
    is_open: 1,
    attempts: 0,
    failures: 0,
    first_failed_at: null,
    next_attempt_at: null,
    muted_by: '',
  }
}
