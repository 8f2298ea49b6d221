import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { identifier, literal } from '../../store/engine/sql.ts'
import { createStaging } from '../../store/engine/staging.ts'
import { MAX_LINE_BYTES } from '../intake/lines.ts'
import { fileHead, unpackedFile } from './file-head.ts'
import { kindOfType } from './file-kinds.ts'
import { copySettings, type FileSource, type OpenFile, type TypedColumn } from './file-shape.ts'
import { describedEnd, parquetParts } from './parquet/parts.ts'
import { withoutClaimedTypes } from './parquet/untyped-columns.ts'
import {
  dialectSettings,
  freeName,
  namedColumns,
  positionalNames,
  textStructure,
  unnamedPlaces,
} from './text-columns.ts'

/** What the engine looks at of NDJSON to infer types. */
const INFERRED_BYTES = 32 * 1024 * 1024
const INFERRED_ROWS = 25_000

/** The columns of a file to a server, which is sent no rows of it. */
async function describeSent(
  client: ClickHouseClient,
  { path, format, dialect }: FileSource,
): Promise<TypedColumn[]> {
  if (dialect !== undefined) return namedColumns(dialect)
  const sample =
    format.encoding === 'typed'
      ? `unhex('${(await describedEnd(path)).toString('hex')}')`
      : literal(await inferredText(path))
  return rows<TypedColumn>(client, `DESCRIBE TABLE format(${format.engineFormat}, ${sample})`)
}

/** The columns once more; the table that they were sent to needs the type that the engine gives them. */
async function withoutSentTypes(
  client: ClickHouseClient,
  { path, format }: FileSource,
  columns: TypedColumn[],
): Promise<TypedColumn[]> {
  if (format.encoding !== 'typed') return columns
  const end = `unhex('${(await describedEnd(path)).toString('hex')}')`
  return withoutClaimedTypes(client, `format(ParquetMetadata, ${end})`, columns)
}

async function inferredText(path: string): Promise<string> {
  const { bytes } = await fileHead(path, INFERRED_BYTES + MAX_LINE_BYTES)
  const text = bytes.toString('utf8')
  // The rows of an array need not be lines.
  if (/^\ufeff?\s*\[/.test(text)) return text
  let end = -1
  for (let line = 0; line <= INFERRED_ROWS; line++) {
    end = text.indexOf('\n', end + 1)
    if (end === -1) return text
  }
  return text.slice(0, end + 1)
}

/**
 * Sends a file to a server, which reads it as the embedded engine does: its rows go into a table. Columns with nested
 * values are not sent.
 */
export async function sendFile(client: ClickHouseClient, source: FileSource): Promise<OpenFile> {
  const columns = await describeSent(client, source)
  const sent = columns.filter(({ type }) => kindOfType(type) !== undefined)
  const used = new Set(columns.map(({ name }) => name))
  // Under names of our own: some names mean something to a table.
  let prefix = 'staged'
  while (columns.some(({ name }) => name.startsWith(prefix))) prefix += '_'
  const own = (i: number) => identifier(`${prefix}${i}`)
  const row = identifier(`${prefix}row`)
  const typeOf = ({ type }: TypedColumn) => (source.format.encoding === 'typed' ? type : 'Nullable(String)')
  const staging = await createStaging(client, {
    columns: [`${row} UInt64`, ...sent.map((column, i) => `${own(i)} ${typeOf(column)}`)],
    orderBy: row,
  })
  try {
    const structure = sentStructure(source, sent, freeName('none', used))
    const values = sent.map(({ name }) => identifier(name))
    for await (const { from, bytes } of partsOf(source)) {
      const select = `SELECT ${[`${from} + rowNumberInAllBlocks()`, ...values].join(', ')} FROM input(${literal(structure)})`
      const query = `INSERT INTO ${staging.table} ${select} SETTINGS ${settings(source, sent.length).join(', ')} FORMAT ${source.format.engineFormat}`
      await sendInsert(client, query, bytes())
    }
  } catch (cause) {
    // Why it failed matters more; what is left goes as what a killed process leaves behind.
    await staging.drop().catch(() => {})
    throw cause
  }
  const position = identifier(freeName('position', used))
  const named = sent.map(({ name }, i) => `${own(i)} AS ${identifier(name)}`)
  return {
    ...source,
    columns: await withoutSentTypes(client, source, columns),
    unnamed: unnamedPlaces(source.dialect),
    read: `(SELECT ${[`${row} AS ${position}`, ...named].join(', ')} FROM ${staging.table})`,
    position,
    close: staging.drop,
  }
}

/** @param placeholder names a column that the file does not have */
function sentStructure(
  { format, dialect }: FileSource,
  sent: readonly TypedColumn[],
  placeholder: string,
): string {
  if (dialect !== undefined) return textStructure(positionalNames(dialect))
  if (sent.length === 0) return textStructure([placeholder])
  if (format.encoding !== 'typed') return textStructure(sent.map(({ name }) => name))
  return sent.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')
}

/** Where a file is sent in parts, rows are counted on from one to the next. */
async function* partsOf({
  path,
  format,
}: FileSource): AsyncGenerator<{ from: number; bytes: () => Readable }> {
  if (format.encoding === 'typed') yield* parquetParts(path)
  else yield { from: 0, bytes: () => unpackedFile(path) }
}

function settings({ dialect }: FileSource, columns: number): string[] {
  return [...copySettings(columns), ...(dialect === undefined ? [] : dialectSettings(dialect))]
}

/** More than what the client adds to a statement. */
const ADDED_BYTES = 1_000

/** Sends a statement, but for its first word, before the rows: an address has no room for thousands of names. */
export async function sendInsert(
  client: ClickHouseClient,
  statement: string,
  bytes: Readable,
): Promise<void> {
  let unread: Error | undefined
  bytes.once('error', (error) => (unread = error))
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${statement.replace(/^INSERT/, '')}\n`)
    yield* bytes as AsyncIterable<Buffer>
  }
  try {
    await client.exec({
      query: 'INSERT',
      values: Readable.from(body()),
      // The server collects so many bytes before it reads the statement.
      clickhouse_settings: { max_query_size: String(Buffer.byteLength(statement) + ADDED_BYTES) },
    })
  } catch (cause) {
    throw unread ?? cause
  } finally {
    bytes.destroy()
  }
}
