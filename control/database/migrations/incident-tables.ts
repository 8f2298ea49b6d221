import type { Migration } from 'kysely'
import { textType } from './column-types.ts'

/** Incidents and the alerts that they group. */
export const INCIDENT_TABLES: Migration = {
  async up(control) {
    const text = textType(control)
    await control.schema
      .createTable('incidents')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('closed_at', 'bigint')
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .execute()
    await control.schema
      .createTable('incident_alerts')
      .addColumn('alert', text, (column) => column.primaryKey())
      .addColumn('incident', text, (column) => column.notNull().references('incidents.id'))
      .addColumn('model', text, (column) => column.notNull())
      .addColumn('monitor', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('first_at', 'bigint', (column) => column.notNull())
      .addColumn('document', text, (column) => column.notNull())
      .execute()
    await control.schema
      .createIndex('incident_alerts_by_incident')
      .on('incident_alerts')
      .columns(['incident', 'first_at'])
      .execute()
    await control.schema
      .createIndex('incident_alerts_by_time')
      .on('incident_alerts')
      .columns(['first_at'])
      .execute()
  },
}
