import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What each process of the service last said of itself. */
export const PROCESS_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('processes')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('report', text, (column) => column.notNull())
      .execute()
  },
}
