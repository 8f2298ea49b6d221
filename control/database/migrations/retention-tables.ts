import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What was deleted because of its age. */
export const RETENTION_TABLES: Migration = {
  async up(control) {
    await control.schema
      .createTable('deleted_events')
      .addColumn('model', textType(control), (column) => column.primaryKey())
      .addColumn('before', 'bigint', (column) => column.notNull())
      .execute()
  },
}
