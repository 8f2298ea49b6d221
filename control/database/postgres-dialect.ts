import { PostgresDialect, PostgresDriver, type Driver } from 'kysely'
import pg from 'pg'
import { watch } from './driver.ts'
import { postgresFault } from './postgres-faults.ts'

const CONNECT_MS = 5_000
const STATEMENT_MS = 60_000
/** The server ends a statement by itself; one that is frozen, or behind a broken network, does not. */
const ANSWER_MS = 65_000

/** PostgreSQL at an address. It is connected to by the first statement. */
export function postgresDialect(connectionString: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  })
  // A connection that is lost between two statements fails the next one, or is replaced for it; as an event that nobody
  // listens to it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new WatchedPostgresDialect(pool)
}

class WatchedPostgresDialect extends PostgresDialect {
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    super({ pool })
    this.#pool = pool
  }

  override createDriver(): Driver {
    return watch(new PostgresDriver({ pool: this.#pool }), postgresFault)
  }
}

/** Counts, revisions and epoch milliseconds all fit a number, which the driver gives as texts. */
function parserOf(oid: number): (value: string) => unknown {
  return NUMBERS.includes(oid) ? Number : (pg.types.getTypeParser(oid) as (value: string) => unknown)
}

const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC]
