import { sql } from 'kysely'
import type { Control } from '../../control/database/control.ts'
import { raise } from '../../control/database/counters.ts'
import { deliveryImporter } from './import-deliveries.ts'
import { existing, insertNew, isObject, keepIf, UNREADABLE, type Import, type Importer } from './importer.ts'
import { untriedRow, type Owed } from './outbox-row.ts'
import type { LegacyDocument, LegacyRow } from './tables.ts'

/** Importers of alerts, and of what was told of them. */
export function alertImporters(to: Import) {
  const owed: Owed = new Map()
  return {
    alert_events: eventImporter(to, owed),
    alert_acks: ackImporter(to),
    deliveries: deliveryImporter(to, owed),
  }
}

function eventImporter(to: Import, owed: Owed): Importer<LegacyRow<'alert_events'>> {
  return {
    async add(rows) {
      const kept = keepIf(to, 'alert_events', rows, {
        holds: ({ details }) => isObject(details),
        nameOf: ({ id }) => id,
        reason: () => UNREADABLE,
      })
      const values = kept.map(({ window_end_ms, created_ms, is_recent: _, channels, ...row }) => ({
        ...row,
        seq: 0,
        window_end: window_end_ms,
        created_at: created_ms,
        channels: JSON.stringify(channels),
      }))
      await insertNew(to, 'alert_events', 'alert_events', values)
      const pending = kept.filter(
        ({ scope, notify, is_recent }) => scope === 'alert' && notify === 1 && is_recent === 1,
      )
      for (const { id, channels } of pending) owed.set(id, new Set(channels))
    },
    async end() {
      await numberEvents(to.control)
      await rebuildStates(to.control)
      await enterOwed(to.control, owed)
    },
  }
}

/**
 * Numbers events in the order in which they came to be. Those of one time have one number, as if they had been written
 * together: of equal ones the first by its id is the newest, as it was before.
 */
async function numberEvents(control: Control): Promise<void> {
  await sql`
    UPDATE alert_events SET seq = ranked.place
    FROM (SELECT id, dense_rank() OVER (ORDER BY created_at) AS place FROM alert_events) AS ranked
    WHERE ranked.id = alert_events.id`.execute(control)
  const { newest } = await control
    .selectFrom('alert_events')
    .select((row) => row.fn.max<number | null>('seq').as('newest'))
    .executeTakeFirstOrThrow()
  await raise(control, 'alert_events', newest ?? 0)
}

async function rebuildStates(control: Control): Promise<void> {
  const member = sql`monitor, scope, kind, "column", segment, version`
  await control.deleteFrom('alert_states').execute()
  await sql`
    INSERT INTO alert_states (event_id, status, ${member})
    SELECT id, status, ${member} FROM (
      SELECT id, status, ${member}, row_number() OVER (
        PARTITION BY ${member} ORDER BY window_end DESC, seq DESC, id) AS place FROM alert_events) AS ranked
    WHERE place = 1`.execute(control)
}

const BATCH = 500

/** As if nobody had tried to deliver any of them; the deliveries, which come next, know better. */
async function enterOwed(control: Control, owed: Owed): Promise<void> {
  const untried = [...owed].flatMap(([event, channels]) =>
    [...channels].map((channel) => untriedRow(event, channel)),
  )
  for (let first = 0; first < untried.length; first += BATCH)
    await control
      .insertInto('outbox')
      .values(untried.slice(first, first + BATCH))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

function ackImporter(to: Import): Importer<LegacyDocument> {
  return {
    async add(rows) {
      const there = rows.filter(({ removed }) => removed === 0)
      const events = await existing(
        to.control,
        'alert_events',
        there.map(({ name }) => name),
      )
      const kept = keepIf(to, 'alert_acks', there, {
        holds: ({ name, document }) => events.has(name) && isObject(document),
        nameOf: ({ name }) => name,
        reason: ({ name }) => (events.has(name) ? UNREADABLE : 'its alert event does not exist'),
      })
      const values = kept.map(({ name, document, updated_ms }) => ({
        event_id: name,
        document,
        acked_at: updated_ms,
      }))
      await insertNew(to, 'alert_acks', 'alert_acks', values)
    },
  }
}
