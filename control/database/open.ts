import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'libsql'
import { Kysely, PostgresDialect, type SqliteDatabase } from 'kysely'
import pg from 'pg'
import type { Control, ControlLocation } from './control.ts'
import { migrateControl } from './migrations.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import type { ControlTables } from './tables.ts'

/**
 * How long a statement waits for another process to finish its transaction, which takes milliseconds. Everything else in
 * this process waits with it, so that one process opens the file once.
 */
const BUSY_MS = 10_000
const CONNECT_MS = 5_000
const STATEMENT_MS = 60_000

/** Opens the database, and brings its tables up to date. */
export async function openControl(location: ControlLocation): Promise<Control> {
  const dialect =
    location === 'memory'
      ? new ImmediateSqliteDialect(sqlite(':memory:'))
      : 'path' in location
        ? new ImmediateSqliteDialect(sqliteFile(location.path))
        : postgres(location.url)
  const control = new Kysely<ControlTables>({ dialect })
  try {
    await migrateControl(control)
  } catch (cause) {
    await control.destroy()
    throw cause
  }
  return control
}

function sqliteFile(path: string): SqliteDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = sqlite(path)
  chmodSync(path, 0o600)
  return database
}

function sqlite(path: string): SqliteDatabase {
  const database = new Sqlite(path, { timeout: BUSY_MS })
  database.pragma('journal_mode = WAL')
  // What was answered survives a power cut as well.
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return database
}

function postgres(connectionString: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    types: { getTypeParser: parserOf },
  })
  // A connection that is lost while it is idle is replaced by the next statement.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

/** Counts, revisions and epoch milliseconds all fit a number, which the driver gives as texts. */
function parserOf(oid: number): (value: string) => unknown {
  return NUMBERS.includes(oid) ? Number : (pg.types.getTypeParser(oid) as (value: string) => unknown)
}

const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC]
