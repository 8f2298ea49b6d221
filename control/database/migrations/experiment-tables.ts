import type { Migration } from 'kysely'
import { textType } from './column-types.ts'
import { documentTable } from './declared-tables.ts'

/** Champions and challengers, and how their comparison stands. */
export const EXPERIMENT_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await documentTable(control, 'experiments')
      .addColumn('model', text, (column) => column.notNull().references('models.name'))
      .execute()
    await control.schema
      .createTable('experiment_states')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('definition', text, (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .execute()
  },
}
