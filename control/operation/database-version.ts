import { PostgresAdapter, sql } from 'kysely'
import type { Control } from '../database/control.ts'

/** Which database holds control state, and its version: `SQLite 3.50.4`. */
export async function databaseVersion(control: Control): Promise<string> {
  const isPostgres = control.getExecutor().adapter instanceof PostgresAdapter
  const { rows } = await (
    isPostgres
      ? sql<{ version: string }>`SELECT current_setting('server_version') AS version`
      : sql<{ version: string }>`SELECT sqlite_version() AS version`
  ).execute(control)
  return `${isPostgres ? 'PostgreSQL' : 'SQLite'} ${rows[0].version.split(' ')[0]}`
}
