import type { Kysely } from 'kysely'
import type { ControlTables } from './tables.ts'

/**
 * The database of control state: what is declared, what alerts stand at, what is still to be delivered. A transaction of
 * it can stand in its place; inside one, use nothing else, as SQLite has a single connection.
 */
export type Control = Kysely<ControlTables>

export type ControlLocation = { path: string } | { url: string } | 'memory'

/** Does `work` in one transaction: the one that `control` is, or a new one. */
export function inTransaction<T>(control: Control, work: (transaction: Control) => Promise<T>): Promise<T> {
  return control.isTransaction ? work(control) : control.transaction().execute(work)
}
