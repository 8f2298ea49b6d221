import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

const MEMBER = ['monitor', 'scope', 'kind', 'column', 'segment', 'version'] as const

/** Alerts, what is told of them to whom, what mutes them, and retrainings. */
export const ALERTING_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    let events = control.schema
      .createTable('alert_events')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('model', text, (column) => column.notNull())
    for (const name of MEMBER) events = events.addColumn(name, text, (column) => column.notNull())
    await events
      .addColumn('window_end', 'bigint', (column) => column.notNull())
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('severity', text, (column) => column.notNull())
      .addColumn('summary', text, (column) => column.notNull())
      .addColumn('details', text, (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('notify', 'integer', (column) => column.notNull())
      .addColumn('channels', text, (column) => column.notNull())
      .execute()
    await control.schema
      .createIndex('alert_events_by_member')
      .on('alert_events')
      .columns([...MEMBER, 'window_end', 'seq'])
      .execute()
    await control.schema
      .createIndex('alert_events_by_window')
      .on('alert_events')
      .columns(['window_end', 'seq'])
      .execute()
    let states = control.schema
      .createTable('alert_states')
      .addColumn('event_id', text, (column) => column.notNull().references('alert_events.id'))
      .addColumn('status', text, (column) => column.notNull())
    for (const name of MEMBER) states = states.addColumn(name, text, (column) => column.notNull())
    await states.addPrimaryKeyConstraint('alert_states_key', [...MEMBER] as never).execute()
    await control.schema
      .createIndex('alert_states_by_status')
      .on('alert_states')
      .columns(['status'])
      .execute()
    await control.schema
      .createTable('alert_acks')
      .addColumn('event_id', text, (column) => column.primaryKey().references('alert_events.id'))
      .addColumn('document', text, (column) => column.notNull())
      .addColumn('acked_at', 'bigint', (column) => column.notNull())
      .execute()

    await control.schema
      .createTable('outbox')
      .addColumn('event_id', text, (column) => column.notNull().references('alert_events.id'))
      .addColumn('channel', text, (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('is_open', 'integer', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('first_failed_at', 'bigint')
      .addColumn('next_attempt_at', 'bigint')
      .addColumn('muted_by', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('outbox_key', ['event_id', 'channel'])
      .execute()
    await control.schema.createIndex('outbox_open').on('outbox').columns(['is_open', 'event_id']).execute()
    await control.schema
      .createTable('deliveries')
      .addColumn('event_id', text, (column) => column.notNull())
      .addColumn('channel', text, (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('message_id', text, (column) => column.notNull())
      .addColumn('muted_by', text, (column) => column.notNull())
      .addColumn('left_out', text, (column) => column.notNull())
      .addColumn('http_status', 'integer')
      .addColumn('latency_ms', 'integer')
      .addColumn('error', text, (column) => column.notNull())
      .addColumn('next_attempt_at', 'bigint')
      .addPrimaryKeyConstraint('deliveries_key', ['event_id', 'channel', 'attempt'])
      .addForeignKeyConstraint('delivered_event', ['event_id', 'channel'], 'outbox', ['event_id', 'channel'])
      .execute()
    await control.schema.createIndex('deliveries_by_time').on('deliveries').columns(['at']).execute()

    await control.schema
      .createTable('silences')
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('silences_key', ['id', 'revision'])
      .execute()

    await control.schema
      .createTable('retrains')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('monitor', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('alert', text)
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .execute()
    await control.schema
      .createTable('retrain_events')
      .addColumn('retrain', text, (column) => column.notNull().references('retrains.id'))
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('retrain_events_key', ['retrain', 'seq'])
      .execute()
  },
}
