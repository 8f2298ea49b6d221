import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** Promoted versions that an alias in MLflow is to point to. */
export const PROMOTION_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('mlflow_promotions')
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('experiment', text, (column) => column.notNull())
      .addColumn('promoted_at', 'bigint', (column) => column.notNull())
      .addColumn('promoted_by', text, (column) => column.notNull())
      .addColumn('registered', text, (column) => column.notNull())
      .addColumn('alias', text, (column) => column.notNull())
      .addColumn('version', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('reason', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('mlflow_promotions_key', ['model', 'experiment', 'promoted_at'])
      .execute()
  },
}
