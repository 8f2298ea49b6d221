import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What people and pipelines note on the axis of time. */
export const ANNOTATION_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('annotations')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('external_id', text, (column) => column.unique())
      .addColumn('model', text)
      .addColumn('starts_at', 'bigint', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .execute()
    await control.schema
      .createIndex('annotations_by_end')
      .on('annotations')
      .columns(['ends_at', 'starts_at'])
      .execute()
  },
}
