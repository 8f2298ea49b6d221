import { sql, type Migration } from 'kysely'

/** What tells this database from every other one, and what was taken over from elsewhere. */
export const INSTALLATION_TABLES: Migration = {
  async up(control) {
    await control.schema
      .createTable('installation')
      .addColumn('singleton', 'integer', (column) => column.primaryKey().check(sql`singleton = 1`))
      .addColumn('id', 'text', (column) => column.notNull())
      .execute()
    await control.schema
      .createTable('imports')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('backup', 'text', (column) => column.notNull())
      .addColumn('counts', 'text', (column) => column.notNull())
      .execute()
    // Where an import was noted before this table was there.
    await sql`
      INSERT INTO imports (name, at, backup, counts) SELECT 'ClickHouse', 0, '', '{}' FROM counters
      WHERE name = 'control state imported from ClickHouse'`.execute(control)
  },
}
