import type { Store } from '../engine/client.ts'
import { StoreError } from '../engine/errors.ts'
import { rows } from '../engine/query.ts'
import { array, identifier, literal } from '../engine/sql.ts'
import { LEGACY_TABLES, type LegacyRow, type LegacyTable } from './tables.ts'

const BATCH = 10_000

/** A table that is there, and what it is read with. */
export interface ReadableTable {
  table: LegacyTable
  /** Expressions, by the names of what they give. */
  selected: Readonly<Record<string, string>>
}

/** The tables of an earlier release that ClickHouse has. */
export async function findLegacyTables(store: Store): Promise<ReadableTable[]> {
  const names = array(
    LEGACY_TABLES.map(({ name }) => literal(name)),
    'String',
  )
  const found = await rows<{ table: string; columns: string[] }>(
    store.rollup,
    `SELECT table, groupArray(name) AS columns FROM system.columns
     WHERE database = currentDatabase() AND table IN (${names}) GROUP BY table`,
  )
  const columns = new Map(found.map((one) => [one.table, one.columns]))
  return LEGACY_TABLES.flatMap((table) => {
    const there = columns.get(table.name)
    return there === undefined ? [] : [{ table, selected: selectedFrom(table, there) }]
  })
}

function selectedFrom({ columns }: LegacyTable, there: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      if (typeof column === 'string') return [name, column]
      return [name, there.includes(column.needs) ? column.sql : column.without]
    }),
  )
}

/** All rows of a table, in batches, in the order of its key. */
export async function* readLegacyTable(
  store: Store,
  { table: { name, from, key }, selected }: ReadableTable,
): AsyncGenerator<LegacyRow[]> {
  const select = Object.entries(selected).map(([alias, sql]) => `${sql} AS ${identifier(alias)}`)
  const order = key.map((column) => selected[column])
  let read = 0
  let last: Record<string, unknown> | undefined
  for (;;) {
    const after = last === undefined ? '' : isAfter(order, key.map((column) => valueOf(last![column]))) // prettier-ignore
    const batch = await rows<LegacyRow & Record<string, unknown>>(
      store.rollup,
      `SELECT ${select.join(', ')} FROM ${from} ${after} ORDER BY ${order.join(', ')} LIMIT ${BATCH}`,
    )
    if (batch.length > 0) yield batch
    read += batch.length
    if (batch.length < BATCH) break
    last = batch.at(-1)
  }
  const [{ n }] = await rows<{ n: number }>(store.rollup, `SELECT count() AS n FROM ${from}`)
  if (n !== read) throw new LegacyTableChanged(name)
}

/** Rows after those of a key; the first column by itself, as only that is found by the index. */
function isAfter(order: readonly string[], values: readonly string[]): string {
  return `WHERE ${order[0]} >= ${values[0]} AND (${order.join(', ')}) > (${values.join(', ')})`
}

const valueOf = (value: unknown) => (typeof value === 'number' ? String(value) : literal(String(value)))

/** Rows came or went while they were read. */
export class LegacyTableChanged extends StoreError {
  constructor(table: string) {
    super(
      `The table "${table}" of an earlier release changed while it was imported. ` +
        'Stop all processes of that release, then start again.',
    )
  }
}
