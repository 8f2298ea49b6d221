import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** Pages of the dashboard that were given a name. */
export const SAVED_VIEWS: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('saved_views')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('name', text, (column) => column.notNull().unique())
      .addColumn('path', text, (column) => column.notNull())
      .addColumn('saved_at', 'bigint', (column) => column.notNull())
      .addColumn('saved_by', text, (column) => column.notNull())
      .execute()
  },
}
