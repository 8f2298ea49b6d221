import type { LegacyName } from './tables.ts'

/** A row that could not be imported. */
export interface LeftOut {
  table: LegacyName
  /** What the row is told apart by in its table. */
  name: string
  reason: string
}

/** Rows of a table that came to something. */
export interface TableTally {
  read: number
  imported: number
}

/** What became of the rows. */
export interface Tally {
  tables: Partial<Record<LegacyName, TableTally>>
  leftOut: LeftOut[]
}

export const newTally = (): Tally => ({ tables: {}, leftOut: [] })

export function tallyOf({ tables }: Tally, table: LegacyName): TableTally {
  return (tables[table] ??= { read: 0, imported: 0 })
}
