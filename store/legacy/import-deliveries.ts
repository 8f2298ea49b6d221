import type { ControlTables } from '../../control/database/tables.ts'
import { byGroup, existing, insertNew, keepIf, type Import, type Importer } from './importer.ts'
import { outboxRow, type Owed } from './outbox-row.ts'
import type { LegacyRow } from './tables.ts'

type Attempt = LegacyRow<'deliveries'>

/** Imports attempts, and how each delivery stands after them. */
export function deliveryImporter(to: Import, owed: Owed): Importer<Attempt> {
  return byGroup(
    ({ event_id, channel }) => JSON.stringify([event_id, channel]),
    async (groups) => {
      const ids = groups.map(([{ event_id }]) => event_id)
      const events = await existing(to.control, 'alert_events', ids)
      const kept = keepIf(to, 'deliveries', groups.flat(), {
        holds: ({ event_id }) => events.has(event_id),
        nameOf: ({ event_id, channel, attempt }) => `${event_id} ${channel} ${attempt}`,
        reason: () => 'its alert event does not exist',
      })
      for (const group of groups) {
        const [{ event_id, channel }] = group
        if (!events.has(event_id)) continue
        await putOutbox(to, outboxRow(group, owed.get(event_id)?.has(channel) === true))
      }
      await insertNew(to, 'deliveries', 'deliveries', kept.map(toDelivery))
    },
  )
}

/** What is there already stays as it is, unless nobody has tried to deliver it. */
async function putOutbox({ control }: Import, row: ControlTables['outbox']): Promise<void> {
  await control
    .insertInto('outbox')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['event_id', 'channel']).doUpdateSet(row).where('outbox.status', '=', ''),
    )
    .execute()
}

function toDelivery({ at_ms, next_attempt_ms, left_out, ...row }: Attempt): ControlTables['deliveries'] {
  return { ...row, at: at_ms, next_attempt_at: next_attempt_ms, left_out: JSON.stringify(left_out) }
}
