import { nextRevision } from './changes.ts'
import { inTransaction, type Control } from './control.ts'
import { stamp } from './counters.ts'
import type { DocumentRow, DocumentTable } from './tables.ts'

/** A document with the revision that a change of it has to name. */
export interface Stored<T> {
  document: T
  revision: number
  changedAt: Date
}

/** A table of named JSON documents. */
export interface Documents<T> {
  /** In the order of their names. */
  list(control: Control): Promise<T[]>
  /** The same with their revisions. */
  readAll(control: Control): Promise<Stored<T>[]>
  find(control: Control, name: string): Promise<T | undefined>
  read(control: Control, name: string): Promise<Stored<T> | undefined>
  /** Stores a document under a name that is free; undefined where it is taken, else the revision. */
  create(control: Control, name: string, document: T, now: Date): Promise<number | undefined>
  /** Stores a document in place of the given revision; undefined where that is no longer the newest. */
  replace(
    control: Control,
    name: string,
    document: T,
    revision: number,
    now: Date,
  ): Promise<number | undefined>
  /** Stores a document, whatever was there. */
  put(control: Control, name: string, document: T, now: Date): Promise<number>
  /** Removes a document, of the given revision only where one is given; false where there was none. */
  remove(control: Control, name: string, revision?: number): Promise<boolean>
}

export interface DocumentOptions<T> {
  /** What documents lack that were stored before it was thought of. */
  defaults?: Partial<T>
  /** Columns of the table beside the document, for what refers to others. */
  columns?: (document: T) => Record<string, string>
}

/** Access to the documents of one table. */
export function documents<T>(table: DocumentTable, options: DocumentOptions<T> = {}): Documents<T> {
  const { defaults = {}, columns = () => ({}) } = options
  const decode = (document: string): T => ({ ...defaults, ...(JSON.parse(document) as T) })
  const newest = async (control: Control, document: T, now: Date) => ({
    document: JSON.stringify(document),
    revision: await nextRevision(control),
    changed_at: (await stamp(control, now)).getTime(),
    ...columns(document),
  })
  const row = (control: Control, name: string): Promise<DocumentRow | undefined> =>
    control
      .selectFrom(table)
      .select(['name', 'document', 'revision', 'changed_at'])
      .where('name', '=', name)
      .executeTakeFirst()
  const stored = ({ document, revision, changed_at }: Omit<DocumentRow, 'name'>): Stored<T> => ({
    document: decode(document),
    revision,
    changedAt: new Date(changed_at),
  })
  return {
    async list(control) {
      const found = await control.selectFrom(table).select('document').orderBy('name').execute()
      return found.map(({ document }) => decode(document))
    },
    async readAll(control) {
      const found = await control
        .selectFrom(table)
        .select(['document', 'revision', 'changed_at'])
        .orderBy('name')
        .execute()
      return found.map(stored)
    },
    async find(control, name) {
      const found = await row(control, name)
      return found && decode(found.document)
    },
    async read(control, name) {
      const found = await row(control, name)
      return found && stored(found)
    },
    create: (control, name, document, now) =>
      inTransaction(control, async (transaction) => {
        const values = { name, ...(await newest(transaction, document, now)) }
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto(table)
          .values(values)
          .onConflict((conflict) => conflict.column('name').doNothing())
          .executeTakeFirstOrThrow()
        return numInsertedOrUpdatedRows === 1n ? values.revision : undefined
      }),
    replace: (control, name, document, revision, now) =>
      inTransaction(control, async (transaction) => {
        const values = await newest(transaction, document, now)
        const { numUpdatedRows } = await transaction
          .updateTable(table)
          .set(values as never)
          .where('name', '=', name)
          .where('revision', '=', revision)
          .executeTakeFirstOrThrow()
        return numUpdatedRows === 1n ? values.revision : undefined
      }),
    put: (control, name, document, now) =>
      inTransaction(control, async (transaction) => {
        const values = await newest(transaction, document, now)
        await transaction
          .insertInto(table)
          .values({ name, ...values })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
          .execute()
        return values.revision
      }),
    async remove(control, name, revision) {
      const removal = control.deleteFrom(table).where('name', '=', name)
      const { numDeletedRows } = await (
        revision === undefined ? removal : removal.where('revision', '=', revision)
      ).executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    },
  }
}
