import { insertObjects, rows } from './query.ts'
import { literal } from './sql.ts'
import type { Store } from './client.ts'

/** A small table of named JSON documents: the newest version of a name counts, a removal is a version too. */
export interface Documents<T> {
  list(store: Store): Promise<T[]>
  find(store: Store, name: string): Promise<T | undefined>
  /** When the newest version of a document was stored; undefined where there is none. */
  storedAt(store: Store, name: string): Promise<Date | undefined>
  put(store: Store, name: string, document: T, now: Date): Promise<void>
  remove(store: Store, name: string, now: Date): Promise<void>
}

/**
 * Access to the documents of one table, which {@link documentTable} creates.
 * @param defaults what documents lack that were stored before it was thought of
 */
export function documents<T>(table: string, defaults: Partial<T> = {}): Documents<T> {
  const read = (document: string): T => ({ ...defaults, ...(JSON.parse(document) as T) })
  const select = `SELECT document FROM ${table} FINAL WHERE removed = 0`
  const write = (store: Store, name: string, document: string, removed: boolean, now: Date) =>
    insertObjects(store.rollup, table, [
      { name, document, removed: removed ? 1 : 0, updated_at: now.getTime() },
    ])
  return {
    async list(store) {
      const found = await rows<{ document: string }>(store.read, `${select} ORDER BY name`)
      return found.map(({ document }) => read(document))
    },
    async find(store, name) {
      const found = await rows<{ document: string }>(store.read, `${select} AND name = ${literal(name)}`)
      return found[0] === undefined ? undefined : read(found[0].document)
    },
    async storedAt(store, name) {
      const found = await rows<{ at: string }>(
        store.read,
        `SELECT toString(toUnixTimestamp64Milli(updated_at)) AS at FROM ${table} FINAL
         WHERE removed = 0 AND name = ${literal(name)}`,
      )
      return found[0] && new Date(Number(found[0].at))
    },
    put: (store, name, document, now) => write(store, name, JSON.stringify(document), false, now),
    remove: (store, name, now) => write(store, name, '{}', true, now),
  }
}

/** The statement that creates a table for {@link documents}. */
export function documentTable(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
    name String, document String, removed UInt8, updated_at DateTime64(3, 'UTC')
  ) ENGINE = ReplacingMergeTree(updated_at) ORDER BY name`
}
