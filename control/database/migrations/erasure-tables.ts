import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What was erased and must not come back. */
export const ERASURE_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('erased_ids')
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('erased_ids_key', ['model', 'hash'])
      .execute()
    await control.schema
      .createIndex('erased_ids_revision')
      .on('erased_ids')
      .columns(['model', 'revision'])
      .execute()
  },
}
