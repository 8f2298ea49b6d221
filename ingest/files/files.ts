import type { ClickHouseClient } from '@clickhouse/client'
import { canonicalCategorySql, type ColumnKind } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import { createStaging } from '../../store/engine/staging.ts'
import type { ColumnReading } from '../columns/column-reading.ts'
import { bareType, isText, kindOfType, readColumns, type Known } from './file-kinds.ts'
import { numberSql, numericText } from '../columns/number-text.ts'
import { IN_ORDER, type OpenFile, type TypedColumn } from './file-shape.ts'
import { fileProblem, withOpenFile, type FileEngine } from './open-file.ts'
import { UnreadableFile } from './unreadable-file.ts'

export interface FileColumn extends ColumnReading {
  name: string
  /** Its numbers are times, in seconds since 1970. */
  isTime: boolean
}

/** A file's rows in a table of the engine: a number or a category column for each column of the file. */
export interface StagedFile {
  /** The table, quoted. */
  table: string
  /** Name in it of a column of the file. */
  source: (column: string) => string
  rows: number
  columns: FileColumn[]
  /** Columns that hold neither numbers nor text, such as nested ones, with their type. */
  unsupported: TypedColumn[]
  /** Places, from 1, of columns that have no name and so are not read. */
  unnamed: number[]
  drop: () => Promise<void>
}

export type StageOutcome = { status: 'staged'; file: StagedFile } | { status: 'unreadable'; reason: string }

export interface StageOptions {
  /** An existing directory of our own, for a link to the file under a name of our own. */
  spool: string
  /** What is known already; it overrides what the file suggests. */
  known?: Known
  /** Name of a column in the staged table. */
  source: (column: string) => string
}

/** Reads a CSV, TSV, NDJSON or Parquet file into a table. */
export async function stageFile(
  engine: FileEngine,
  path: string,
  options: StageOptions,
): Promise<StageOutcome> {
  const problem = await fileProblem(path)
  if (problem !== undefined) return unreadable(`${path}: ${problem}`)
  try {
    const file = await withOpenFile(engine, path, options.spool, (open) =>
      stage(engine.rollup, open, options),
    )
    return { status: 'staged', file }
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause
    return unreadable(`${path}: ${cause.message}`)
  }
}

const unreadable = (reason: string): StageOutcome => ({ status: 'unreadable', reason })

async function stage(
  client: ClickHouseClient,
  file: OpenFile,
  { known = NOTHING_KNOWN, source }: StageOptions,
): Promise<StagedFile> {
  const unsupported = file.columns.filter(({ type }) => kindOfType(type) === undefined)
  const supported = file.columns.filter(({ type }) => kindOfType(type) !== undefined)
  const readings = await readColumns(client, file, supported, known)
  const columns = supported.map(({ name, type }): FileColumn => {
    const reading = readings.get(name)!
    const isTime = reading.kind === 'numeric' && (reading.reading === 'time' || (!isText(file, { name, type }) && isDate(type))) // prettier-ignore
    return { name, ...reading, isTime }
  })
  const declarations = columns.map(({ name, kind }) => `${identifier(source(name))} ${STAGED_TYPES[kind]}`)
  const { table, drop } = await createStaging(client, { columns: ['staged_row UInt8', ...declarations] })
  const values = supported.map((column) => valueExpression(column, readings.get(column.name)!, isText(file, column))) // prettier-ignore
  try {
    await client.command({
      query: `INSERT INTO ${table} SELECT ${['0', ...values].join(', ')} FROM ${file.read} SETTINGS ${IN_ORDER}`,
    })
  } catch (cause) {
    await drop()
    throw cause
  }
  const counted = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${table}`)
  return {
    table,
    source,
    rows: counted[0].n,
    columns,
    unsupported,
    unnamed: file.unnamed,
    drop,
  }
}

const STAGED_TYPES: Record<ColumnKind, string> = {
  numeric: 'Nullable(Float64)',
  categorical: 'Nullable(String)',
}

const NOTHING_KNOWN: Known = { kinds: new Map<string, ColumnKind>() }

const isDate = (type: string) => /^Date/.test(bareType(type))

function valueExpression(
  { name, type }: TypedColumn,
  { kind, reading }: ColumnReading,
  text: boolean,
): string {
  const column = identifier(name)
  // Bytes that are no UTF-8 come back from the engine as other text, which would then match no row. An empty text is
  // no value: CSV cannot tell the two apart.
  if (kind === 'categorical') return `nullIf(${canonicalCategorySql(`toValidUTF8(toString(${column}))`)}, '')`
  if (!text && isDate(type)) return `toFloat64(toUnixTimestamp64Milli(toDateTime64(${column}, 3))) / 1000`
  if (!text && kindOfType(type) === 'numeric') return `toFloat64(${column})`
  return numberSql(numericText(column), reading)
}
