import type { Migration } from 'kysely'
import { textType } from './column-types.ts'
import { documentTable } from './declared-tables.ts'

/** Batch sources, how looking at them went, and every file that they had. */
export const SOURCE_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await documentTable(control, 'sources')
      .addColumn('model', text, (column) => column.notNull().references('models.name'))
      .execute()
    await control.schema
      .createTable('source_looks')
      .addColumn('source', text, (column) => column.primaryKey())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('looked_at', 'bigint')
      .addColumn('listed', 'integer', (column) => column.notNull())
      .addColumn('settling', 'integer', (column) => column.notNull())
      .addColumn('left_out', 'integer', (column) => column.notNull())
      .addColumn('problem', text, (column) => column.notNull())
      .addColumn('failing_since', 'bigint')
      .execute()
    await control.schema
      .createTable('source_files')
      .addColumn('number', 'bigint', (column) => column.primaryKey())
      .addColumn('source', text, (column) => column.notNull())
      .addColumn('path', text, (column) => column.notNull())
      .addColumn('etag', text, (column) => column.notNull())
      .addColumn('size', 'bigint', (column) => column.notNull())
      .addColumn('modified_at', 'bigint', (column) => column.notNull())
      .addColumn('constants', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('rows', 'bigint')
      .addColumn('positions', text, (column) => column.notNull())
      .addColumn('accepted', 'bigint', (column) => column.notNull())
      .addColumn('rejected', 'bigint', (column) => column.notNull())
      .addColumn('erased', 'bigint', (column) => column.notNull())
      .addColumn('problem', text, (column) => column.notNull())
      .addUniqueConstraint('source_file_content', ['source', 'path', 'etag'])
      .execute()
    await control.schema
      .createIndex('source_files_by_state')
      .on('source_files')
      .columns(['source', 'state', 'modified_at'])
      .execute()
  },
}
