import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { canonicalCategorySql, type ColumnKind } from '../store/model.ts'
import { rows } from '../store/query.ts'
import { identifier } from '../store/sql.ts'
import { bareType, columnKinds, kindOfType, type KnownKinds } from './file-kinds.ts'
import { engineReason, fileProblem, openFile, type OpenFile, type TypedColumn } from './open-file.ts'

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
  unsupported: TypedColumn[]
  drop(): Promise<void>
}

export type StageOutcome = { status: 'staged'; file: StagedFile } | { status: 'unreadable'; reason: string }

export interface StageOptions {
  /** An existing directory of our own, for a link to the file under a name of our own. */
  spool: string
  /** Kinds that are known; they override what the file suggests. */
  kinds?: KnownKinds
  /** Name of a column in the staged table. */
  source: (column: string) => string
}

/** Reads a CSV, TSV, NDJSON or Parquet file into a table. */
export async function stageFile(
  client: ClickHouseClient,
  path: string,
  options: StageOptions,
): Promise<StageOutcome> {
  const problem = await fileProblem(path)
  if (problem !== undefined) return unreadable(`${path}: ${problem}`)
  try {
    const file = await openFile(client, path, options.spool)
    return { status: 'staged', file: await stage(client, file, options).finally(file.close) }
  } catch (cause) {
    return unreadable(`${path}: ${engineReason(cause)}`)
  }
}

const unreadable = (reason: string): StageOutcome => ({ status: 'unreadable', reason })

async function stage(
  client: ClickHouseClient,
  file: OpenFile,
  { kinds: known = new Map<string, ColumnKind>(), source }: StageOptions,
): Promise<StagedFile> {
  const unsupported = file.columns.filter(({ type }) => kindOfType(type) === undefined)
  const supported = file.columns.filter(({ type }) => kindOfType(type) !== undefined)
  const kinds = await columnKinds(client, file, supported, known)
  const columns = supported.map(({ name }): FileColumn => ({ name, kind: kinds.get(name)! }))
  const table = identifier(`staging_${randomUUID()}`)
  const declarations = columns.map(({ name, kind }) => `${identifier(source(name))} ${STAGED_TYPES[kind]}`)
  await client.command({
    query: `CREATE TABLE ${table} (${['staged_row UInt8', ...declarations].join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
  })
  const values = supported.map(({ name, type }) => {
    const read = file.format.encoding === 'typed' ? bareType(type) : 'String'
    return valueExpression(identifier(name), kinds.get(name)!, read)
  })
  await client.command({
    query: `INSERT INTO ${table} SELECT ${['0', ...values].join(', ')} FROM ${file.read}`,
  })
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

function valueExpression(column: string, kind: ColumnKind, type: string): string {
  // Bytes that are no UTF-8 come back from the engine as other text, which would then match no row.
  if (kind === 'categorical') return canonicalCategorySql(`toValidUTF8(toString(${column}))`)
  if (/^Date/.test(type)) return `toFloat64(toUnixTimestamp64Milli(toDateTime64(${column}, 3))) / 1000`
  if (kindOfType(type) === 'numeric') return `toFloat64(${column})`
  // The canonical spelling makes booleans 1 and 0, as in events.
  return `toFloat64OrNull(${canonicalCategorySql(`trimBoth(toString(${column}))`)})`
}
