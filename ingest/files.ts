import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { canonicalCategorySql, type ColumnKind } from '../store/model.ts'
import { rows } from '../store/query.ts'
import { identifier, literal } from '../store/sql.ts'
import { FILE_EXTENSIONS, fileFormat, type FileFormat } from './file-format.ts'

export interface FileColumn {
  name: string
  kind: ColumnKind
}

/** A file's rows in a table of the engine: a number or a category column for each column of the file. */
export interface StagedFile {
  /** The table, quoted. Its columns are named by `source`. */
  table: string
  rows: number
  columns: FileColumn[]
  /** Columns that hold neither numbers nor text, such as nested ones, with their type. */
  unsupported: { name: string; type: string }[]
  drop(): Promise<void>
}

export type StageOutcome = { status: 'staged'; file: StagedFile } | { status: 'unreadable'; reason: string }

/** Kinds by name of the column; undefined where the file decides. */
export type KnownKinds = Pick<ReadonlyMap<string, ColumnKind>, 'get'>

export interface StageOptions {
  /** An existing directory of our own, for a link to the file under a name of our own. */
  spool: string
  /** Kinds that are known; they override what the file suggests. */
  kinds?: KnownKinds
  /** Name of a column in the staged table. */
  source: (column: string) => string
}

/**
 * Reads a CSV, TSV, NDJSON or Parquet file into a table. A text column is numeric when every value in it is
 * a number, without leading zeros, or a usual mark of a missing one; else categorical.
 */
export async function stageFile(
  client: ClickHouseClient,
  path: string,
  options: StageOptions,
): Promise<StageOutcome> {
  const format = fileFormat(path)
  const problem = await fileProblem(path)
  if (format === undefined || problem !== undefined) return unreadable(`${path}: ${problem}`)
  await mkdir(options.spool, { recursive: true })
  // The engine expands wildcards in a file name, so it is only ever given a name of our own.
  const link = join(resolve(options.spool), `${randomUUID()}${format.extension}`)
  await symlink(resolve(path), link)
  try {
    return { status: 'staged', file: await stage(client, link, format, options) }
  } catch (cause) {
    return unreadable(`${path}: ${engineReason(cause)}`)
  } finally {
    await rm(link, { force: true })
  }
}

const unreadable = (reason: string): StageOutcome => ({ status: 'unreadable', reason })

/** Why a file cannot be read, as far as its name and size tell; undefined when nothing speaks against it. */
export async function fileProblem(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 'no such file'
  if (!found.isFile()) return 'not a file'
  if (fileFormat(path) === undefined) {
    return `the name must end with one of ${FILE_EXTENSIONS.join(', ')} (text formats also with .gz)`
  }
  return found.size === 0 ? 'the file is empty' : undefined
}

async function stage(
  client: ClickHouseClient,
  link: string,
  format: FileFormat,
  options: StageOptions,
): Promise<StagedFile> {
  const inferred = await rows<{ name: string; type: string }>(
    client,
    `DESCRIBE TABLE file(${literal(link)}, ${format.engineFormat})`,
  )
  const unsupported = inferred.filter(({ type }) => kindOfType(type) === undefined)
  const supported = inferred.filter(({ type }) => kindOfType(type) !== undefined)
  const read = readExpression(link, format, inferred)
  const columns = await decideKinds(client, read, format, supported, options.kinds ?? new Map())
  const table = identifier(`staging_${randomUUID()}`)
  const declarations = columns.map(
    ({ name, kind }) => `${identifier(options.source(name))} ${STAGED_TYPES[kind]}`,
  )
  await client.command({
    query: `CREATE TABLE ${table} (${['staged_row UInt8', ...declarations].join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
  })
  const types = new Map(
    inferred.map(({ name, type }) => [name, format.encoding === 'typed' ? bareType(type) : 'String']),
  )
  const values = columns.map(({ name, kind }) => valueExpression(identifier(name), kind, types.get(name)!))
  await client.command({ query: `INSERT INTO ${table} SELECT ${['0', ...values].join(', ')} FROM ${read}` })
  const counted = await rows<{ n: number }>(client, `SELECT count() AS n FROM ${table}`)
  return {
    table,
    rows: counted[0].n,
    columns,
    unsupported,
    drop: async () => void (await client.command({ query: `DROP TABLE IF EXISTS ${table}` })),
  }
}

const STAGED_TYPES: Record<ColumnKind, string> = {
  numeric: 'Nullable(Float64)',
  categorical: 'Nullable(String)',
}

/** Text formats are read as text, since types inferred from their first rows may not hold for the others. */
function readExpression(link: string, format: FileFormat, columns: { name: string; type: string }[]): string {
  const file = `${literal(link)}, ${format.engineFormat}`
  if (format.encoding === 'typed') return `file(${file})`
  const structure = columns.map(({ name }) => `${identifier(name)} Nullable(String)`).join(', ')
  return `file(${file}, ${literal(structure)})`
}

function bareType(type: string): string {
  return type.replace(/^LowCardinality\(/, '').replace(/^Nullable\(/, '')
}

function kindOfType(type: string): ColumnKind | undefined {
  const bare = bareType(type)
  if (/^(U?Int|Float|BFloat|Decimal|Date)/.test(bare)) return 'numeric'
  if (/^(String|FixedString|Bool|Enum|UUID|IPv|Nothing)/.test(bare)) return 'categorical'
  return undefined
}

/** What producers write for a missing number, lower case. */
const MISSING_NUMBERS = ['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '<na>', '\\n', '-']

async function decideKinds(
  client: ClickHouseClient,
  read: string,
  format: FileFormat,
  columns: { name: string; type: string }[],
  known: KnownKinds,
): Promise<FileColumn[]> {
  const guess = ({ name, type }: { name: string; type: string }) => known.get(name) ?? kindOfType(type)!
  if (format.encoding === 'typed')
    return columns.map((column) => ({ name: column.name, kind: guess(column) }))
  const undecided = columns.filter(
    ({ name, type }) =>
      known.get(name) === undefined && (format.encoding === 'delimited' || kindOfType(type) === 'numeric'),
  )
  const numeric = await numericTextColumns(
    client,
    read,
    undecided.map(({ name }) => name),
  )
  return columns.map(({ name }) => ({
    name,
    kind: known.get(name) ?? (numeric.has(name) ? 'numeric' : 'categorical'),
  }))
}

async function numericTextColumns(
  client: ClickHouseClient,
  read: string,
  names: string[],
): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const missing = MISSING_NUMBERS.map(literal).join(', ')
  const checks = names.map((name) => {
    const text = identifier(name)
    const present = `isNotNull(${text}) AND lower(trimBoth(${text})) NOT IN (${missing})`
    const number = `isNotNull(toFloat64OrNull(trimBoth(${text}))) AND NOT match(${text}, '^\\\\s*[+-]?0[0-9]')`
    return `[toUInt64(countIf(${present})), countIf(${present} AND NOT (${number}))]`
  })
  const found = await rows<{ checks: [number, number][] }>(
    client,
    `SELECT [${checks.join(', ')}] AS checks FROM ${read}`,
  )
  return new Set(names.filter((_, i) => found[0].checks[i][0] > 0 && found[0].checks[i][1] === 0))
}

function valueExpression(column: string, kind: ColumnKind, type: string): string {
  // Bytes that are no UTF-8 come back from the engine as other text, which would then match no row.
  if (kind === 'categorical') return canonicalCategorySql(`toValidUTF8(toString(${column}))`)
  if (/^Date/.test(type)) return `toFloat64(toUnixTimestamp64Milli(toDateTime64(${column}, 3))) / 1000`
  if (kindOfType(type) === 'numeric') return `toFloat64(${column})`
  return `toFloat64OrNull(trimBoth(toString(${column})))`
}

/** The first sentence of an engine error, without its code and the echo of the statement. */
function engineReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  // How the engine says that a text file ends before its first row.
  if (/Cannot read rows from the data|can't contain only partition columns/.test(message))
    return 'the file has no rows'
  return message
    .replace(/^Code: \d+\. (DB::\w+: )?/, '')
    .split(/(?<=\.)\s|: \(in file|\(version /)[0]
    .slice(0, 500)
}
