import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { identifier, literal } from '../../store/engine/sql.ts'
import { createStaging } from '../../store/engine/staging.ts'
import { copySettings, type TypedColumn } from '../files/file-shape.ts'
import { parquetParts } from '../files/parquet/parts.ts'
import { sendInsert } from '../files/sent-file.ts'
import { MAX_LINE_BYTES } from '../intake/lines.ts'
import { isOutOfMemory, MAX_ROWS, refusedByEngine, tooManyBytes } from './body-columns.ts'
import type { BodyFormat } from './body-format.ts'
import type { CleanRows } from './clean-rows.ts'
import type { Layout } from './layout.ts'
import { withinBytes } from './within-bytes.ts'

/** What the engine may take for one body, which is less than what a few bytes of one can unfold to. */
const MAX_MEMORY_BYTES = 1_000_000_000
/** A server is sent a file of at most so many bytes into a table in memory, which takes half as long as one on its disk. */
const SMALL_BYTES = 64_000_000
/** Of such a table, which has no parts to be watched. What unfolds to more goes to the disk. */
const MAX_STAGED_BYTES = 400_000_000
const MAX_SECONDS = 300

/** A staged row that the decoder has to look at. */
export const IS_SLOW = `(clean = 0 OR bytes > ${MAX_LINE_BYTES})`

export interface BodyFile {
  path: string
  format: BodyFormat
  columns: readonly TypedColumn[]
  /** Which of its rows are staged, as an expression over its columns; undefined for all. */
  only?: string | undefined
}

export interface StageOptions {
  embedded: boolean
  /** Bytes that the body may have, uncompressed. */
  most: number
  /** On another connection. */
  watcher: ClickHouseClient
}

/** Of a row among those that are read; no column of a body is called so. */
const PLACE = identifier('place of the row')

/** A staged table may be so many times larger than what it is read from: numbers take eight bytes. */
const UNFOLDED = 3

/**
 * The rows of a body in a table that goes again: the cells as {@link Layout} says, `row` from 0, `bytes` of text in the row,
 * `key`, `at` and `clean` as {@link CleanRows}.
 */
export interface StagedBody {
  table: string
  /** All rows are before it. */
  rows: number
  /** How many there are. */
  staged: number
  /** Whether the decoder has to look at any of them. */
  hasSlow: boolean
  drop: () => Promise<void>
}

/** Reads a whole body, so that one that cannot be read to its end leaves nothing behind. Throws `BodyRefused`. */
export async function stageBody(
  client: ClickHouseClient,
  options: StageOptions,
  body: BodyFile,
  layout: Layout,
  readings: Pick<CleanRows, 'clean' | 'key' | 'at'>,
): Promise<StagedBody> {
  const stage = (inMemory: boolean) => stageIn(client, { ...options, inMemory }, body, layout, readings)
  try {
    if (options.embedded || (await stat(body.path)).size > SMALL_BYTES) return await stage(false)
    return await stage(true).catch((cause: unknown) => {
      if (!isOutOfMemory(cause)) throw cause
      return stage(false)
    })
  } catch (cause) {
    throw refusedByEngine(cause, body.format)
  }
}

async function stageIn(
  client: ClickHouseClient,
  { embedded, most, watcher, inMemory }: StageOptions & { inMemory: boolean },
  body: BodyFile,
  { cells }: Layout,
  { clean, key, at }: Pick<CleanRows, 'clean' | 'key' | 'at'>,
): Promise<StagedBody> {
  const texts = cells.filter(({ type }) => type === 'Nullable(String)')
  const bytes = texts.map(({ sql }) => `ifNull(length(${sql}), 0)`).join(' + ') || '0'
  const staging = await createStaging(client, {
    columns: [
      'row UInt64',
      ...cells.map(({ sql, type }) => `${sql} ${type}`),
      `bytes UInt64 MATERIALIZED ${bytes}`,
      `key Nullable(String) MATERIALIZED ${key}`,
      `at Nullable(Int64) MATERIALIZED ${at}`,
      `clean UInt8 MATERIALIZED ${clean}`,
    ],
    orderBy: 'row',
    inMemory,
  })
  try {
    const target = `${staging.table} (${['row', ...cells.map(({ sql }) => sql)].join(', ')})`
    const values = cells.map(({ fromBody }) => fromBody)
    const fill = async () => {
      for await (const { from, source, stream } of sourcesOf(body, embedded)) {
        const place = `${from} + ${PLACE}`
        const rows = `(SELECT *, rowNumberInAllBlocks() AS ${PLACE} FROM ${source})`
        const select = `SELECT ${[place, ...values].join(', ')} FROM ${rows} WHERE NOT throwIf(${place} >= ${MAX_ROWS}, 'ROWS_OF_BODY')${body.only === undefined ? '' : ` AND ${body.only}`}`
        const query = `INSERT INTO ${target} ${select} SETTINGS ${settings(cells.length, inMemory).join(', ')}`
        if (stream === undefined) await client.command({ query })
        else await sendInsert(client, `${query} FORMAT ${body.format.engineFormat}`, stream())
      }
    }
    if (inMemory) await fill()
    else {
      const name = staging.table.replaceAll('`', '')
      if ((await withinBytes(watcher, name, UNFOLDED * most, fill)) === 'ended') throw tooManyBytes(most)
    }
    const [{ staged, end, size, slow }] = await rows<Record<'staged' | 'end' | 'size' | 'slow', number>>(
      client,
      `SELECT count() AS staged, if(staged = 0, 0, max(row) + 1) AS end, sum(bytes) AS size, countIf(${IS_SLOW}) AS slow
       FROM ${staging.table}`,
    )
    if (size > most) throw tooManyBytes(most)
    return { table: staging.table, rows: end, staged, hasSlow: slow > 0, drop: staging.drop }
  } catch (cause) {
    await staging.drop().catch(() => {})
    throw cause
  }
}

const settings = (columns: number, inMemory: boolean) => [
  ...copySettings(columns),
  'max_threads = 1',
  `max_memory_usage = ${inMemory ? MAX_STAGED_BYTES : MAX_MEMORY_BYTES}`,
  `max_execution_time = ${MAX_SECONDS}`,
]

interface Source {
  /** The number of rows before it. */
  from: number
  /** A table expression. */
  source: string
  /** What is sent with the statement. */
  stream?: () => Readable
}

/** The embedded engine reads the file itself; a server is sent it, a Parquet file in parts. */
async function* sourcesOf({ path, format, columns }: BodyFile, embedded: boolean): AsyncGenerator<Source> {
  const structure = literal(structureOf(columns))
  if (embedded) {
    yield { from: 0, source: `file(${literal(path)}, ${format.engineFormat}, ${structure})` }
    return
  }
  const source = `input(${structure})`
  if (format.engineFormat === 'Parquet')
    for await (const { from, bytes } of parquetParts(path)) yield { from, source, stream: bytes }
  else yield { from: 0, source, stream: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) }
}

function structureOf(columns: readonly TypedColumn[]): string {
  return columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')
}
