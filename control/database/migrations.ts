import { PostgresAdapter, sql, type Migration } from 'kysely'
import type { Control } from './control.ts'
import { ControlRefused } from './errors.ts'
import { ALERTING_TABLES } from './migrations/alerting-tables.ts'
import { ANNOTATION_TABLES } from './migrations/annotation-tables.ts'
import { DECLARED_TABLES } from './migrations/declared-tables.ts'
import { ERASURE_TABLES } from './migrations/erasure-tables.ts'
import { EXPERIMENT_TABLES } from './migrations/experiment-tables.ts'
import { KEY_USE } from './migrations/key-use.ts'
import { PROCESS_TABLES } from './migrations/process-tables.ts'
import { INCIDENT_TABLES } from './migrations/incident-tables.ts'
import { PROMOTION_TABLES } from './migrations/promotion-tables.ts'
import { REGISTRY_TABLES } from './migrations/registry-tables.ts'
import { INSTALLATION_TABLES } from './migrations/installation-tables.ts'
import { RETENTION_INDEXES } from './migrations/retention-indexes.ts'
import { RETENTION_TABLES } from './migrations/retention-tables.ts'
import { SAVED_VIEWS } from './migrations/saved-views.ts'
import { SOURCE_TABLES } from './migrations/source-tables.ts'
import { SCHEDULING_TABLES } from './migrations/scheduling-tables.ts'

/** By name, in the order they came to be. One that has shipped is never edited: changes are appended. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  'declared tables': DECLARED_TABLES,
  'alerting tables': ALERTING_TABLES,
  'scheduling tables': SCHEDULING_TABLES,
  'installation tables': INSTALLATION_TABLES,
  'erasure tables': ERASURE_TABLES,
  'retention tables': RETENTION_TABLES,
  'retention indexes': RETENTION_INDEXES,
  'experiment tables': EXPERIMENT_TABLES,
  'registry tables': REGISTRY_TABLES,
  'promotion tables': PROMOTION_TABLES,
  'saved views': SAVED_VIEWS,
  'process tables': PROCESS_TABLES,
  'key use': KEY_USE,
  'annotation tables': ANNOTATION_TABLES,
  'incident tables': INCIDENT_TABLES,
  'source tables': SOURCE_TABLES,
}

export const CONTROL_MIGRATIONS: readonly string[] = Object.keys(MIGRATIONS)

/** Any number, the same for all who migrate. */
const LOCK = 7_345_119

/**
 * Brings the tables up to date, in one transaction: processes that start at once wait for one another, which the query
 * builder's own migrator does not do on SQLite.
 * @param wanted names of the migrations to apply
 */
export async function migrateControl(
  control: Control,
  wanted: readonly string[] = CONTROL_MIGRATIONS,
): Promise<void> {
  await control.transaction().execute(async (transaction) => {
    if (transaction.getExecutor().adapter instanceof PostgresAdapter) {
      await requireUnicode(transaction)
      await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(transaction)
    }
    await transaction.schema
      .createTable('control_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .execute()
    const applied = await appliedControlMigrations(transaction)
    for (const [name, migration] of Object.entries(MIGRATIONS)) {
      if (applied.includes(name) || !wanted.includes(name)) continue
      await migration.up(transaction)
      await transaction.insertInto('control_migrations').values({ name }).execute()
    }
  })
}

/** Names of the migrations that the tables have behind them. */
export async function appliedControlMigrations(control: Control): Promise<string[]> {
  const applied = await control.selectFrom('control_migrations').select('name').execute()
  return applied.map(({ name }) => name)
}

/** Other databases refuse texts that have characters which their encoding lacks. */
async function requireUnicode(control: Control): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`SHOW server_encoding`.execute(control)
  const encoding = rows[0].server_encoding
  if (encoding === 'UTF8') return
  throw new ControlRefused(
    `The PostgreSQL database has the encoding ${encoding}. Create one with UTF8, and name it in DATABASE_URL.`,
  )
}
