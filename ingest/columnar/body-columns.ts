import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { literal } from '../../store/engine/sql.ts'
import type { TypedColumn } from '../files/file-shape.ts'
import { engineReason, isEngineError } from '../files/open-file.ts'
import { describedEnd } from '../files/parquet/parts.ts'
import { parquetSize } from '../files/parquet/size.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import { arrowSchema } from './arrow-schema.ts'
import { BodyRefused, type BodyFormat } from './body-format.ts'

/** Rows that a body may have: they take a few minutes. */
export const MAX_ROWS = 10_000_000
const MAX_COLUMNS = 10_000

/** A time of Parquet without a zone is not taken for one in UTC; a column that holds nothing but nulls has no type. */
const SETTINGS =
  'input_format_parquet_local_time_as_utc = 0, input_format_arrow_skip_columns_with_unsupported_types_in_schema_inference = 1'

/**
 * The columns of a body in a file, from its schema alone. Throws {@link BodyRefused}, also where the body says that it has
 * more rows or bytes than may be read.
 */
export async function bodyColumns(
  client: ClickHouseClient,
  path: string,
  format: BodyFormat,
  most: number,
): Promise<TypedColumn[]> {
  const names = format.name === 'Arrow' ? await arrowFields(path) : await parquetFields(path, most)
  const sample = format.name === 'Arrow' ? (await arrowSchema(path)).stream : await describedEnd(path)
  if (names.length === 0) throw new BodyRefused('unreadable', `The ${format.name} body has no columns.`)
  const columns = await rows<TypedColumn>(
    client,
    `DESCRIBE TABLE format(${format.engineFormat}, unhex(${literal(sample.toString('hex'))})) SETTINGS ${SETTINGS}`,
  ).catch((cause: unknown) => {
    throw refusedByEngine(cause, format)
  })
  const described = new Set(columns.map(({ name }) => name))
  const unknown = names.find(({ name, isNull }) => !isNull && !described.has(name))
  if (unknown !== undefined)
    throw new BodyRefused(
      'unreadable',
      `The column "${unknown.name}" has a type that cannot be read. Cast it to a number, text, boolean or timestamp, or leave it out.`,
    )
  return columns.map((column) => ({ ...column, type: withoutDictionary(column.type) }))
}

/** The engine takes a dictionary for a type only of texts; of numbers it reads the values. */
const withoutDictionary = (type: string) =>
  /String/.test(type) ? type : type.replace(/^LowCardinality\((.*)\)$/, '$1')

async function arrowFields(path: string) {
  const { fields } = await arrowSchema(path)
  requireFewColumns(fields.length)
  const seen = new Set<string>()
  for (const { name } of fields) {
    if (seen.has(name)) throw new BodyRefused('unreadable', `The body has two columns called "${name}".`)
    seen.add(name)
  }
  return fields
}

async function parquetFields(path: string, most: number) {
  const { rows, bytes, columns } = await parquetSize(path).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFile)) throw cause
    throw new BodyRefused('unreadable', `The body cannot be read as Parquet: ${cause.message}.`, { cause })
  })
  requireFewColumns(columns.length)
  if (rows > MAX_ROWS) throw tooManyRows()
  if (bytes > most) throw tooManyBytes(most)
  return columns.map((name) => ({ name, isNull: false }))
}

function requireFewColumns(columns: number): void {
  if (columns <= MAX_COLUMNS) return
  throw new BodyRefused(
    'too_large',
    `The body has ${columns} columns, and may have ${MAX_COLUMNS}. Leave out columns that the model does not declare.`,
  )
}

export const tooManyRows = () =>
  new BodyRefused(
    'too_large',
    `The body has more than ${MAX_ROWS} rows. Send it as several requests; nothing was stored.`,
  )

export const tooManyBytes = (most: number) =>
  new BodyRefused(
    'too_large',
    `The body has more than ${most} bytes, uncompressed. Send it as several requests, or raise the limit DRIFTGAUGE_MAX_INTAKE_MB of the service; nothing was stored.`,
  )

const MEMORY_LIMIT = '241'
const TIME_LIMIT = '159'

/** Whether the engine gave up on something for want of memory. */
export const isOutOfMemory = (cause: unknown) => engineError(cause).code === MEMORY_LIMIT

const engineError = (cause: unknown) =>
  (cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause) as {
    code?: string
    message: string
  }

/** What an error of the engine while it reads a body says about the body; the error itself where it says nothing. */
export function refusedByEngine(cause: unknown, format: BodyFormat): unknown {
  if (cause instanceof BodyRefused) return cause
  const { code, message } = engineError(cause)
  if (code === MEMORY_LIMIT && !/\(total\)|user/i.test(message.slice(0, 80)))
    return new BodyRefused(
      'too_large',
      `Reading the ${format.name} body takes more memory than one may have. ${SMALLER[format.name]} Nothing was stored.`,
      { cause },
    )
  if (code === TIME_LIMIT)
    return new BodyRefused(
      'too_large',
      `Reading the ${format.name} body takes too long. Send it as several requests; nothing was stored.`,
      { cause },
    )
  if (/ROWS_OF_BODY/.test(message)) return tooManyRows()
  if (!isEngineError(cause)) return cause
  const reason = engineReason(cause).split(/ \(in file|\. You can specify|: While executing/)[0]
  return new BodyRefused(
    'unreadable',
    `The body cannot be read as ${format.name}: ${reason} Nothing was stored.`,
    { cause },
  )
}

const SMALLER = {
  Parquet: 'Write smaller row groups (such as row_group_size=100000 in pyarrow), or send several requests.',
  Arrow: 'Write smaller record batches (such as max_chunksize=100000 in pyarrow), or send several requests.',
} as const
