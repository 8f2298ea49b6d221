import { inTransaction, type Control } from '../database/control.ts'
import { count } from '../database/counters.ts'
import type { MemberKey } from '../database/tables.ts'
import { encodeAlertEvent, type AlertEvent } from './alert-event.ts'

/** What a transaction begins with that only one process may do. */
export type Fence = (transaction: Control) => Promise<void>

/**
 * Appends events, all or none, and with each that is to be told the duty to tell it to its channels. An event that was
 * there counts as new, and is owed to those channels only that it names now.
 * @param fence throws where another process does this work by now
 */
export async function insertAlertEvents(
  control: Control,
  events: readonly AlertEvent[],
  fence: Fence = () => Promise.resolve(),
): Promise<void> {
  if (events.length === 0) return
  await inTransaction(control, async (transaction) => {
    await fence(transaction)
    const seq = await count(transaction, 'alert_events')
    for (const event of events) {
      const { id, ...values } = encodeAlertEvent(event, seq)
      await transaction
        .insertInto('alert_events')
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute()
      await owe(transaction, event)
    }
    const members = new Map(events.map((event) => [JSON.stringify(keyOf(event)), keyOf(event)]))
    for (const member of members.values()) await refreshState(transaction, member)
  })
}

/** Enters into the outbox what is to be delivered of an event, and takes out what no longer is. */
async function owe(control: Control, { id, scope, notify, channels }: AlertEvent): Promise<void> {
  const owed = scope === 'alert' && notify ? [...new Set(channels)] : []
  const others = control.updateTable('outbox').set({ is_open: 0 }).where('event_id', '=', id)
  await (owed.length === 0 ? others : others.where('channel', 'not in', owed)).execute()
  if (owed.length === 0) return
  await control
    .insertInto('outbox')
    .values(
      owed.map((channel) => ({
        event_id: id,
        channel,
        status: '',
        is_open: 1,
        attempts: 0,
        failures: 0,
        muted_by: '',
      })),
    )
    .onConflict((conflict) => conflict.columns(['event_id', 'channel']).doNothing())
    .execute()
}

/** Keeps which event is a member's newest, so that nobody has to search all that ever were. */
async function refreshState(control: Control, member: MemberKey): Promise<void> {
  let query = control.selectFrom('alert_events').select(['id', 'status'])
  for (const [column, value] of Object.entries(member))
    query = query.where(column as keyof MemberKey, '=', value)
  const newest = await query
    .orderBy('window_end', 'desc')
    .orderBy('seq', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const state = { event_id: newest.id, status: newest.status }
  await control
    .insertInto('alert_states')
    .values({ ...member, ...state })
    .onConflict((conflict) =>
      conflict.columns(['monitor', 'scope', 'kind', 'column', 'segment', 'version']).doUpdateSet(state),
    )
    .execute()
}

function keyOf({ monitor, scope, kind, column, segment, version }: AlertEvent): MemberKey {
  return { monitor, scope, kind, column, segment, version }
}
