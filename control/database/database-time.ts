import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely'

/** The clock of the database, in milliseconds since 1970: the same for all processes that share it. */
export function databaseTime<Tables>(control: Kysely<Tables>): RawBuilder<number> {
  return control.getExecutor().adapter instanceof PostgresAdapter
    ? sql<number>`CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`
    : sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`
}
