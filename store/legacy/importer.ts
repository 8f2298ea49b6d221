import type { Control } from '../../control/database/control.ts'
import type { ControlTables } from '../../control/database/tables.ts'
import { tallyOf, type Tally } from './tally.ts'
import type { LegacyName } from './tables.ts'

/** Writes the rows of one table. They come in the order of the table's key. */
export interface Importer<Row> {
  add(rows: Row[]): Promise<void>
  /** After the last rows. */
  end?(): Promise<void>
}

/** Where rows go. */
export interface Import {
  /** Everything is imported in this transaction. */
  control: Control
  tally: Tally
}

/** Inserts rows, of which those that are there already stay as they are. */
export async function insertNew<Table extends keyof ControlTables>(
  { control, tally }: Import,
  from: LegacyName,
  into: Table,
  values: readonly ControlTables[Table][],
): Promise<void> {
  if (values.length === 0) return
  const { numInsertedOrUpdatedRows = 0n } = await control
    .insertInto(into)
    .values(values as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  tallyOf(tally, from).imported += Number(numInsertedOrUpdatedRows)
}

/** Which of these ids rows of a table have. */
export async function existing(
  control: Control,
  table: 'alert_events' | 'retrains',
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const found = await control
    .selectFrom(table)
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Set(found.map(({ id }) => id))
}

/** An importer of rows that belong together where `keyOf` gives them the same text: it gets all of a group at once. */
export function byGroup<Row>(
  keyOf: (row: Row) => string,
  add: (groups: Row[][]) => Promise<void>,
): Importer<Row> {
  let unfinished: Row[] = []
  return {
    async add(rows) {
      const groups = grouped([...unfinished, ...rows], keyOf)
      unfinished = groups.pop() ?? []
      await add(groups)
    },
    async end() {
      if (unfinished.length > 0) await add([unfinished])
    },
  }
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const groups: Row[][] = []
  let key: string | undefined
  for (const row of rows) {
    if (keyOf(row) !== key) groups.push([])
    key = keyOf(row)
    groups.at(-1)!.push(row)
  }
  return groups
}

/** Splits rows into those that can be imported and those that cannot, which are noted. */
export function keepIf<Row>(
  { tally }: Import,
  table: LegacyName,
  rows: readonly Row[],
  check: { holds: (row: Row) => boolean; nameOf: (row: Row) => string; reason: (row: Row) => string },
): Row[] {
  return rows.filter((row) => {
    if (check.holds(row)) return true
    tally.leftOut.push({ table, name: check.nameOf(row), reason: check.reason(row) })
    return false
  })
}

/** Whether a document is one: a JSON object. */
export function isObject(document: string): boolean {
  try {
    const value: unknown = JSON.parse(document)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

export const UNREADABLE = 'its document is not readable'
