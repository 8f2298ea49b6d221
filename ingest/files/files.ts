import type { ClickHouseClient } from '@clickhouse/client'
import { canonicalCategorySql, type ColumnKind } from '../../control/declared/model.ts'
import { countedRows, type RowSource } from '../../store/profiles/row-source.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import { createStaging } from '../../store/engine/staging.ts'
import type { ColumnReading } from '../columns/column-reading.ts'
import type { FileFormat } from './file-format.ts'
import { textOfBytesSql, utf8Sql } from './utf8.ts'
import { bareType, isText, isSinglePrecision, kindOfType, readColumns, type Known } from './file-kinds.ts'
import { numberSql, numericText } from '../columns/number-text.ts'
import { copySettings, IN_LITTLE_MEMORY, IN_ORDER, type OpenFile, type TypedColumn } from './file-shape.ts'
import { engineReason, fileProblem, isEngineError, withOpenFile, type FileEngine } from './open-file.ts'
import { UnreadableFile } from './unreadable-file.ts'

export interface FileColumn extends ColumnReading {
  name: string
  /** Its name in the file. */
  inFile: string
  /** Its numbers are times, in seconds since 1970. */
  isTime: boolean
}

/**
 * A file's rows to the engine: a number or a category column for each column of the file, named as `source` says.
 * Files that name their types are read where they are; what text says is worked out once, into a table.
 */
export interface StagedFile extends RowSource {
  /** Name to the engine of a column of the file. */
  source: (column: string) => string
  columns: FileColumn[]
  /** Columns that hold neither numbers nor text, such as nested ones, with their type. */
  unsupported: TypedColumn[]
  /** Places, from 1, of columns that have no name and so are not read. */
  unnamed: number[]
  /** Why its rows cannot be read, as far as that shows only now. */
  fault: () => Promise<string | undefined>
  drop: () => Promise<void>
}

/** Does work over the rows of a file. Throws what `refuse` makes of the reason where they cannot be read after all. */
export async function overRows<T>(
  file: StagedFile,
  work: () => Promise<T>,
  refuse: (reason: string) => Error,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const fault = isEngineError(cause) ? await file.fault() : undefined
    throw fault === undefined ? cause : refuse(fault)
  }
}

export type StageOutcome = { status: 'staged'; file: StagedFile } | { status: 'unreadable'; reason: string }

/** How the columns of a file with these names are called from here on, or why it does not fit such a file. */
export type ColumnNaming = (columns: readonly string[]) => Named | Promise<Named>
export type Named = { nameOf: (column: string) => string } | { problem: string }

export interface StageOptions {
  /** An existing directory of our own, for a link to the file under a name of our own. */
  spool: string
  /** What is known already; it overrides what the file suggests. */
  known?: Known
  /** Name of a column in the staged table. */
  source: (column: string) => string
  /** By default, columns are called as in the file. `known` and `source` take the names that this gives. */
  naming?: ColumnNaming
}

/** Opens a CSV, TSV, NDJSON or Parquet file for statements over its rows. */
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
  { known = NOTHING_KNOWN, source, naming = AS_IN_FILE }: StageOptions,
): Promise<StagedFile> {
  const named = await naming(file.columns.map(({ name }) => name))
  if ('problem' in named) throw new UnreadableFile(named.problem)
  const { nameOf } = named
  const unsupported = file.columns.filter(({ type }) => kindOfType(type) === undefined)
  const supported = file.columns.filter(({ type }) => kindOfType(type) !== undefined)
  const readings = await readColumns(client, file, supported, underNames(known, nameOf))
  const columns = supported.map((column): StagedColumn => {
    const reading = readings.get(column.name)!
    const isTyped = !isText(file, column)
    const isTime =
      reading.kind === 'numeric' && (reading.reading === 'time' || (isTyped && isDate(column.type)))
    return {
      name: nameOf(column.name),
      inFile: column.name,
      ...reading,
      isTime,
      isTyped,
      value: (cell) => valueSql(cell, column, reading, { isTyped, encoding: file.format.encoding }),
    }
  })
  const inPlace = file.format.encoding === 'typed' && columns.every(({ kind, isTyped }) => kind === 'categorical' || isTyped) // prettier-ignore
  const content = await (inPlace ? readInPlace : copyRows)(client, file, source, columns)
  return {
    ...content,
    source,
    columns: columns.map(({ value: _, isTyped: __, ...column }) => column),
    unsupported: unsupported.map((column) => ({ ...column, name: nameOf(column.name) })),
    unnamed: file.unnamed,
  }
}

interface StagedColumn extends FileColumn {
  /** Its cells are no text that says numbers. */
  isTyped: boolean
  /** The value of a cell: an expression over one that gives the cell. */
  value: (cell: string) => string
}

type Rows = RowSource & Pick<StagedFile, 'fault' | 'drop'>

/** Statements name only the columns that they need: the engine takes its time over each that it is told of. */
async function readInPlace(
  client: ClickHouseClient,
  { read, close }: OpenFile,
  source: StageOptions['source'],
  columns: readonly StagedColumn[],
): Promise<Rows> {
  const bySource = new Map(columns.map((column) => [source(column.name), column]))
  const names = [...bySource].flatMap(([own, { inFile }]) => [own, inFile])
  // An alias that is the beginning of a column's name could hide that column.
  let prefix = 'cell'
  while (names.some((name) => name.startsWith(prefix))) prefix += '_'
  const settings = `SETTINGS ${IN_ORDER}, ${IN_LITTLE_MEMORY}`
  return {
    rows: (await countedRows(client, read)).rows,
    isNarrow: true,
    from(sources) {
      const cells = sources.map((own, i) => `${identifier(bySource.get(own)!.inFile)} AS ${prefix}${i}`)
      const values = sources.map(
        (own, i) => `${bySource.get(own)!.value(`${prefix}${i}`)} AS ${identifier(own)}`,
      )
      return `(SELECT ${values.join(', ')} FROM (SELECT ${cells.join(', ')} FROM ${read} ${settings}))`
    },
    // Of equal cells the value is worked out once.
    valuesOf(own) {
      const { inFile, value } = bySource.get(own)!
      const cells = `SELECT ${identifier(inFile)} AS ${prefix}, count() AS ${prefix}s FROM ${read} GROUP BY ${prefix} ${settings}`
      return `(SELECT toString(${value(prefix)}) AS value, sum(${prefix}s) AS rows FROM (${cells}) GROUP BY value)`
    },
    async fault() {
      if (names.length === 0) return undefined
      const cells = columns.map(({ inFile }) => identifier(inFile))
      try {
        await rows(client, `SELECT max(ignore(${cells.join(', ')})) AS n FROM ${read} ${settings}`)
        return undefined
      } catch (cause) {
        return engineReason(cause)
      }
    },
    drop: close,
  }
}

/** What text says is worked out once. */
async function copyRows(
  client: ClickHouseClient,
  file: OpenFile,
  source: StageOptions['source'],
  columns: readonly StagedColumn[],
): Promise<Rows> {
  const declarations = columns.map(({ name, kind }) => `${identifier(source(name))} ${STAGED_TYPES[kind]}`)
  const { table, drop } = await createStaging(client, { columns: ['staged_row UInt8', ...declarations] })
  try {
    await client.command({
      query: `INSERT INTO ${table} SELECT ${['0', ...columns.map(({ inFile, value }) => value(identifier(inFile)))].join(', ')} FROM ${file.read} SETTINGS ${copySettings(columns.length).join(', ')}`,
    })
    await file.close()
  } catch (cause) {
    await drop()
    throw cause
  }
  return { ...(await countedRows(client, table)), fault: () => Promise.resolve(undefined), drop }
}

const STAGED_TYPES: Record<ColumnKind, string> = {
  numeric: 'Nullable(Float64)',
  categorical: 'Nullable(String)',
}

const NOTHING_KNOWN: Known = { kinds: new Map<string, ColumnKind>() }

const AS_IN_FILE: ColumnNaming = () => ({ nameOf: (column) => column })

/** What is known of columns by their names, to be asked by those that they have in the file. */
function underNames({ kinds, readings }: Known, nameOf: (column: string) => string): Known {
  return {
    kinds: { get: (column) => kinds.get(nameOf(column)) },
    ...(readings === undefined ? {} : { readings: { get: (column) => readings.get(nameOf(column)) } }),
  }
}

const isDate = (type: string) => /^Date/.test(bareType(type))

function valueSql(
  cell: string,
  { type }: TypedColumn,
  { kind, reading }: ColumnReading,
  { isTyped, encoding }: { isTyped: boolean; encoding: FileFormat['encoding'] },
): string {
  // An empty text is no value: CSV cannot tell the two apart.
  if (kind === 'categorical') {
    // As events have it.
    const exact = isTyped && isSinglePrecision(type) ? `toFloat64(${cell})` : cell
    const text = (encoding === 'typed' ? textOfBytesSql : utf8Sql)(`toString(${exact})`)
    return `nullIf(${canonicalCategorySql(text)}, '')`
  }
  if (isTyped && isDate(type)) return `toFloat64(toUnixTimestamp64Milli(toDateTime64(${cell}, 3))) / 1000`
  if (isTyped && kindOfType(type) === 'numeric') return `toFloat64(${cell})`
  return numberSql(numericText(cell), reading)
}
