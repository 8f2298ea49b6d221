import type { Migration } from 'kysely'

/** Whether a state refers to an event, which is asked for each event that is deleted. */
export const RETENTION_INDEXES: Migration = {
  async up(control) {
    await control.schema
      .createIndex('alert_states_by_event')
      .on('alert_states')
      .columns(['event_id'])
      .execute()
  },
}
