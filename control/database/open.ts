import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Sqlite from 'libsql'
import { Kysely, type Dialect } from 'kysely'
import { backoff } from '../../domain/backoff.ts'
import type { Control, ControlLocation } from './control.ts'
import { ControlUnavailable } from './errors.ts'
import { migrateControl } from './migrations.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { sqliteFault, unusableFile } from './sqlite-faults.ts'
import type { ControlTables } from './tables.ts'

/**
 * How long a statement waits for another process to finish its transaction, which takes milliseconds. Everything else in
 * this process waits with it, so that one process opens the file once.
 */
const BUSY_MS = 10_000
const RETRY_MS = { first: 1_000, max: 15_000 }

/** One more try that PostgreSQL did not answer. */
export interface Waiting {
  reason: string
  attempt: number
  retryInMs: number
}

export interface OpenOptions {
  /** Called after each try while PostgreSQL is away, which is waited for then; without it that is an error. */
  waiting?: ((tried: Waiting) => void) | undefined
  /** Ends the waiting. */
  signal?: AbortSignal | undefined
  /** Names of the migrations to apply, for whoever fills the tables of an earlier release; by default all. */
  controlMigrations?: readonly string[] | undefined
}

/** Opens the database, and brings its tables up to date. Throws a `ControlError` with what to do. */
export async function openControl(location: ControlLocation, options: OpenOptions = {}): Promise<Control> {
  const control = new Kysely<ControlTables>({ dialect: dialectOf(location) })
  try {
    await migrateOnceThere(control, options)
  } catch (cause) {
    await control.destroy()
    throw cause
  }
  return control
}

async function migrateOnceThere(
  control: Control,
  { waiting, signal, controlMigrations }: OpenOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await migrateControl(control, controlMigrations)
    } catch (error) {
      if (waiting === undefined || !(error instanceof ControlUnavailable)) throw error
      const retryInMs = backoff(attempt, RETRY_MS)
      waiting({ reason: error.message, attempt, retryInMs })
      await setTimeout(retryInMs, undefined, { signal })
    }
  }
}

/** Opens a SQLite file as it is. */
export function openSqlite(path: string): Control {
  return new Kysely<ControlTables>({ dialect: sqliteFile(path) })
}

function dialectOf(location: ControlLocation): Dialect {
  if (location === 'memory') return sqliteDialect(':memory:')
  return 'url' in location ? postgresDialect(location.url) : sqliteFile(location.path)
}

function sqliteFile(path: string): Dialect {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const dialect = sqliteDialect(path)
    chmodSync(path, 0o600)
    return dialect
  } catch (error) {
    const fault = sqliteFault(path, error)
    throw fault === error && error instanceof Error ? unusableFile(path, error) : fault
  }
}

function sqliteDialect(path: string): Dialect {
  const database = new Sqlite(path, { timeout: BUSY_MS })
  database.pragma('journal_mode = WAL')
  // What was answered survives a power cut as well.
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return new ImmediateSqliteDialect(database, (error) => sqliteFault(path, error))
}
