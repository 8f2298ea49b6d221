import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
} from 'kysely'
import { watch } from './driver.ts'

/** What the driver of SQLite knows beyond what the query builder asks of one. */
type Database = SqliteDatabase & { readonly inTransaction: boolean }

/**
 * SQLite as several processes use it: transactions take the write lock when they begin. One that reads first and takes it
 * later fails where another process wrote in between.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: Database
  readonly #fault: (error: unknown) => unknown

  constructor(database: Database, fault: (error: unknown) => unknown) {
    super({ database })
    this.#database = database
    this.#fault = fault
  }

  override createDriver(): Driver {
    return watch(new ImmediateSqliteDriver(this.#database), this.#fault)
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Database

  constructor(database: Database) {
    super({ database })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has done so by itself where the disk is full.
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}
