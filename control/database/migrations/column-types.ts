import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely'

/**
 * Texts in the order of their bytes: SQLite knows no other, PostgreSQL would otherwise take that of the database's
 * locale.
 */
export function textType(control: Kysely<unknown>): 'text' | RawBuilder<unknown> {
  return control.getExecutor().adapter instanceof PostgresAdapter ? sql`text COLLATE "C"` : 'text'
}
