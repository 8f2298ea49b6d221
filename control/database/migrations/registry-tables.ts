import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What is known of models in MLflow, and what was written to it. */
export const REGISTRY_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('mlflow_versions')
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('registered', text, (column) => column.notNull())
      .addColumn('alias', text, (column) => column.notNull())
      .addColumn('version', text, (column) => column.notNull())
      .addColumn('run_id', text, (column) => column.notNull())
      .addColumn('baseline', 'integer', (column) => column.notNull())
      .addColumn('note', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('mlflow_versions_key', ['model', 'seen_at'])
      .execute()
    await control.schema
      .createTable('mlflow_polls')
      .addColumn('model', text, (column) => column.primaryKey())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('looked_at', 'bigint')
      .addColumn('checked_at', 'bigint')
      .addColumn('problem', text, (column) => column.notNull())
      .addColumn('failing_since', 'bigint')
      .execute()
    await control.schema
      .createTable('mlflow_webhooks')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute()
    await control.schema
      .createTable('mlflow_reports')
      .addColumn('model', text, (column) => column.primaryKey())
      .addColumn('tags', text, (column) => column.notNull())
      .addColumn('progress', text, (column) => column.notNull())
      .addColumn('runs', text, (column) => column.notNull())
      .execute()
  },
}
