import type { CreateTableBuilder, Kysely, Migration } from 'kysely'
import { textType } from './column-types.ts'

/** What is declared, who changed it, and what tells processes apart. */
export const DECLARED_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    for (const table of ['models', 'channels', 'topics', 'alert_routes', 'api_keys'])
      await documentTable(control, table).execute()
    await documentTable(control, 'monitors')
      .addColumn('model', text, (column) => column.notNull().references('models.name'))
      .execute()

    await control.schema
      .createTable('baselines')
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('binning', text, (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('baselines_key', ['model', 'version'])
      .execute()
    await control.schema
      .createTable('active_baselines')
      .addColumn('model', text, (column) => column.primaryKey())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addForeignKeyConstraint('active_baseline', ['model', 'version'], 'baselines', ['model', 'version'])
      .execute()
    await control.schema
      .createTable('baseline_bindings')
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('version', text, (column) => column.notNull())
      .addColumn('baseline', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('baseline_bindings_key', ['model', 'version'])
      .addForeignKeyConstraint('bound_baseline', ['model', 'baseline'], 'baselines', ['model', 'version'])
      .execute()

    await control.schema
      .createTable('audit')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('actor', text, (column) => column.notNull())
      .addColumn('action', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('request_id', text, (column) => column.notNull())
      .addColumn('before', text, (column) => column.notNull())
      .addColumn('after', text, (column) => column.notNull())
      .addColumn('detail', text, (column) => column.notNull())
      .execute()
    await control.schema.createIndex('audit_by_time').on('audit').columns(['at', 'id']).execute()

    await control.schema
      .createTable('counters')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('value', 'bigint', (column) => column.notNull())
      .execute()
    await control.schema
      .createTable('leases')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('holder', text, (column) => column.notNull())
      .addColumn('token', 'bigint', (column) => column.notNull())
      .addColumn('beat', 'bigint', (column) => column.notNull())
      .execute()
  },
}

export function documentTable(control: Kysely<unknown>, table: string): CreateTableBuilder<string, string> {
  const text = textType(control)
  return control.schema
    .createTable(table)
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('document', text, (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
}
