import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ClickHouseClient } from '@clickhouse/client'
import { StoreUnavailable } from './errors.ts'

/** Values for `{name:Type}` placeholders. */
export type Parameters = Record<string, unknown>

/** Runs a reading statement and returns its rows. */
export async function rows<Row>(
  client: ClickHouseClient,
  query: string,
  parameters?: Parameters,
): Promise<Row[]> {
  const { stream } = await client.exec({ query: `${query}\nFORMAT JSONEachRow`, query_params: parameters })
  const lines = (await text(stream)).split('\n')
  // Each row ends its line.
  if (lines.pop() !== '') throw new StoreUnavailable('The answer of ClickHouse is cut off.')
  return lines.map((line) => JSON.parse(line) as Row)
}

/** Inserts plain objects; for the few rows of configuration, not for events. */
export async function insertObjects(
  client: ClickHouseClient,
  table: string,
  values: object[],
): Promise<void> {
  await insertLines(
    client,
    `${table} FORMAT JSONEachRow`,
    values.map((value) => JSON.stringify(value)),
  )
}

/** Inserts rows that are encoded already, one JSON array a line, as one block of work. */
export async function insertEncoded(
  client: ClickHouseClient,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  await insertLines(client, `${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`, lines)
}

/** The text goes to the client in a single chunk: multi-byte characters split over chunks would be corrupted. */
async function insertLines(
  client: ClickHouseClient,
  target: string,
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return
  await client.exec({
    query: `INSERT INTO ${target}`,
    values: Readable.from([lines.join('\n')]),
  })
}
