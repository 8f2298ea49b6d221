import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What the scheduler still has to do. */
export const SCHEDULING_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('missed_windows')
      .addColumn('monitor', text, (column) =>
        column.notNull().references('monitors.name').onDelete('cascade'),
      )
      .addColumn('stream', text, (column) => column.notNull())
      .addColumn('first_end', 'bigint', (column) => column.notNull())
      .addColumn('last_end', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('missed_windows_key', ['monitor', 'stream'])
      .execute()
  },
}
