import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'

/** Values for `{name:Type}` placeholders. */
export type Parameters = Record<string, unknown>

/** Runs a reading statement and returns its rows. */
export async function rows<Row>(
  client: ClickHouseClient,
  query: string,
  parameters?: Parameters,
): Promise<Row[]> {
  const result = await client.query({ query, format: 'JSONEachRow', query_params: parameters })
  return result.json<Row>()
}

/** Inserts plain objects; for the few rows of configuration, not for events. */
export async function insertObjects(
  client: ClickHouseClient,
  table: string,
  values: object[],
): Promise<void> {
  if (values.length > 0) await client.insert({ table, values, format: 'JSONEachRow' })
}

/**
 * Inserts rows that are encoded already, one JSON array a line, as one block of work. The text goes to the
 * client in a single chunk: multi-byte characters split over chunks would be corrupted.
 */
export async function insertEncoded(
  client: ClickHouseClient,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
    values: Readable.from([lines.join('\n')]),
  })
  stream.resume()
}
