import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../store/query.ts'
import { identifier, literal } from '../store/sql.ts'
import { FILE_EXTENSIONS, fileFormat, type FileFormat } from './file-format.ts'

export interface TypedColumn {
  name: string
  /** The engine's; of text formats what it infers from the first rows. */
  type: string
}

/** A CSV, TSV, NDJSON or Parquet file as the engine reads it. */
export interface OpenFile {
  format: FileFormat
  columns: TypedColumn[]
  /** A table expression of its rows. Columns of text formats are text, since inferred types may not hold for all. */
  read: string
  close: () => Promise<void>
}

/** Opens a file that {@link fileProblem} finds nothing wrong with. Rejects with what the engine cannot read of it. */
export async function openFile(client: ClickHouseClient, path: string, spool: string): Promise<OpenFile> {
  const format = fileFormat(path)!
  await mkdir(spool, { recursive: true })
  // The engine expands wildcards in a file name, so it is only ever given a name of our own.
  const link = join(resolve(spool), `${randomUUID()}${format.extension}`)
  await symlink(resolve(path), link)
  const close = () => rm(link, { force: true })
  try {
    const file = `file(${literal(link)}, ${format.engineFormat})`
    const columns = await rows<TypedColumn>(client, `DESCRIBE TABLE ${file}`)
    return { format, columns, read: readExpression(link, format, columns), close }
  } catch (cause) {
    await close()
    throw cause
  }
}

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

function readExpression(link: string, format: FileFormat, columns: readonly TypedColumn[]): string {
  const file = `${literal(link)}, ${format.engineFormat}`
  if (format.encoding === 'typed') return `file(${file})`
  const structure = columns.map(({ name }) => `${identifier(name)} Nullable(String)`).join(', ')
  return `file(${file}, ${literal(structure)})`
}

/** The first sentence of an engine error, without its code and the echo of the statement. */
export function engineReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  // How the engine says that a text file ends before its first row.
  if (/Cannot read rows from the data|can't contain only partition columns/.test(message))
    return 'the file has no rows'
  return message
    .replace(/^Code: \d+\. (DB::\w+: )?/, '')
    .split(/(?<=\.)\s|: \(in file|\(version /)[0]
    .slice(0, 500)
}
