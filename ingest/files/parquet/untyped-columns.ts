import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../../store/engine/query.ts'
import type { TypedColumn } from '../file-shape.ts'

/** What the engine says a column is in which a writer found no value to tell the type from. */
const CLAIMED_TYPE = /Int32/

/**
 * The columns of a Parquet file; those that the file itself says are of no type, such as one of pandas that holds only
 * `None`, without the type that the engine takes them for.
 * @param metadata a table expression of the file in the engine's format `ParquetMetadata`
 */
export async function withoutClaimedTypes(
  client: ClickHouseClient,
  metadata: string,
  columns: TypedColumn[],
): Promise<TypedColumn[]> {
  if (!columns.some(({ type }) => CLAIMED_TYPE.test(type))) return columns
  const found = await rows<{ name: string }>(
    client,
    `SELECT c.path AS name FROM ${metadata} ARRAY JOIN columns AS c WHERE c.logical_type = 'Null'`,
  )
  const untyped = new Set(found.map(({ name }) => name))
  return columns.map((column) =>
    untyped.has(column.name) ? { ...column, type: 'Nullable(Nothing)' } : column,
  )
}
