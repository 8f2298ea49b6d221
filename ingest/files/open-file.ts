import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { identifier, literal } from '../../store/engine/sql.ts'
import { sniffDialect, type Dialect } from './dialect.ts'
import { delimitedFault, rewriteJson } from './file-faults.ts'
import { FILE_EXTENSIONS, fileFormat, type FileFormat } from './file-format.ts'
import { fileHead } from './file-head.ts'

export interface TypedColumn {
  name: string
  /** The engine's; of NDJSON what it infers from the first rows, of CSV and TSV always text. */
  type: string
}

/** A CSV, TSV, NDJSON or Parquet file as the engine reads it. */
export interface OpenFile {
  path: string
  format: FileFormat
  /** Of CSV and TSV. */
  dialect: Dialect | undefined
  columns: TypedColumn[]
  /** Places, from 1, of columns that have no name and so are not read. */
  unnamed: number[]
  /** A table expression of its rows. Columns of text formats are text, since inferred types may not hold for all. */
  read: string
  close: () => Promise<void>
}

/** A file that cannot be read; the message says why, and names the line where it can. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

/**
 * Does `work` with a file that {@link fileProblem} finds nothing wrong with. NDJSON that holds what only Python writes
 * is read from a copy without that, for which `work` may be done twice. Throws {@link UnreadableFile}.
 */
export async function withOpenFile<T>(
  client: ClickHouseClient,
  path: string,
  spool: string,
  work: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const attempt = async (source: string): Promise<T> => {
    const file = await openFile(client, source, spool)
    return work(file).finally(file.close)
  }
  try {
    return await attempt(path)
  } catch (cause) {
    if (cause instanceof UnreadableFile || !isEngineError(cause)) throw cause
    const copy = join(resolve(spool), `${randomUUID()}.ndjson`)
    try {
      if (await rewrite(path, copy)) return await attempt(copy)
      throw new UnreadableFile(await readFault(path, cause), { cause })
    } finally {
      await rm(copy, { force: true })
    }
  }
}

/** What the engine's answer to a statement looks like, unlike a fault of ours. */
export function isEngineError(cause: unknown): cause is Error {
  return cause instanceof Error && !(cause instanceof TypeError) && !(cause instanceof RangeError)
}

/** Writes what the engine could not read anew to `copy`, where that helps. Throws {@link UnreadableFile}. */
async function rewrite(path: string, copy: string): Promise<boolean> {
  if (fileFormat(path)!.encoding !== 'json' || (await isArray(path))) return false
  const outcome = await rewriteJson(path, copy)
  if (outcome.status === 'faulty') throw new UnreadableFile(outcome.reason)
  return outcome.status === 'rewritten'
}

async function isArray(path: string): Promise<boolean> {
  return /^\ufeff?\s*\[/.test((await fileHead(path, 100)).bytes.toString('utf8'))
}

/** Why the engine could not read a file: its faulty line where one is found, else what the engine says. */
export async function readFault(path: string, cause: unknown): Promise<string> {
  if (cause instanceof UnreadableFile) return cause.message
  const isDelimited = fileFormat(path)!.encoding === 'delimited'
  return (isDelimited ? await delimitedFault(path, await dialectOf(path)) : undefined) ?? engineReason(cause)
}

/** Opens a file that {@link fileProblem} finds nothing wrong with. */
export async function openFile(client: ClickHouseClient, path: string, spool: string): Promise<OpenFile> {
  const format = fileFormat(path)!
  const dialect = format.encoding === 'delimited' ? await dialectOf(path) : undefined
  await mkdir(spool, { recursive: true, mode: 0o700 })
  // The engine expands wildcards in a file name, so it is only ever given a name of our own.
  const link = join(resolve(spool), `${randomUUID()}${format.extension}`)
  await symlink(resolve(path), link)
  const close = () => rm(link, { force: true })
  try {
    const file = `file(${literal(link)}, ${format.engineFormat})`
    const columns = dialect === undefined ? await rows<TypedColumn>(client, `DESCRIBE TABLE ${file}`) : named(dialect) // prettier-ignore
    const unnamed = (dialect?.names ?? []).flatMap((name, i) => (name === '' ? [i + 1] : []))
    return {
      path,
      format,
      dialect,
      columns,
      unnamed,
      read: readExpression(link, format, columns, dialect),
      close,
    }
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

/** So much of a file tells its separator, and holds its header. */
const HEAD_BYTES = 1_000_000

async function dialectOf(path: string): Promise<Dialect> {
  const { bytes, whole } = await fileHead(path, HEAD_BYTES)
  if (/^(\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2)))
    throw new UnreadableFile('the text is in UTF-16: save it as UTF-8')
  if (/^\x1f\x8b/.test(bytes.toString('latin1', 0, 2)))
    throw new UnreadableFile(
      'the content is compressed with gzip: add .gz to the file name, or decompress the file',
    )
  if (/^PK\x03\x04/.test(bytes.toString('latin1', 0, 4)))
    throw new UnreadableFile(
      'the content is a ZIP archive or a workbook: extract it, or save the sheet as CSV',
    )
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (!text.includes('\n') && text.includes('\r'))
    throw new UnreadableFile(
      'lines end with only a carriage return: save the file with standard line endings',
    )
  const outcome = sniffDialect(text, whole)
  if (outcome.status === 'unusable') throw new UnreadableFile(outcome.reason)
  return outcome.dialect
}

/** Columns without a name, such as the index that pandas writes first, are not read. */
const named = ({ names }: Dialect): TypedColumn[] =>
  names.filter((name) => name !== '').map((name) => ({ name, type: 'Nullable(String)' }))

function readExpression(
  link: string,
  format: FileFormat,
  columns: readonly TypedColumn[],
  dialect: Dialect | undefined,
): string {
  const file = `${literal(link)}, ${format.engineFormat}`
  if (format.encoding === 'typed') return `file(${file})`
  const declare = (names: readonly string[]) =>
    literal(names.map((name) => `${identifier(name)} Nullable(String)`).join(', '))
  if (dialect === undefined) return `file(${file}, ${declare(columns.map(({ name }) => name))})`
  const used = new Set(dialect.names)
  const positional = dialect.names.map((name, i) => (name === '' ? freeName(`column ${i + 1}`, used) : name))
  const settings = [
    `format_csv_delimiter = ${literal(dialect.delimiter)}`,
    `input_format_csv_skip_first_lines = ${dialect.headerLines}`,
    'input_format_csv_skip_trailing_empty_lines = 1',
    'input_format_csv_trim_whitespaces = 0',
    'input_format_csv_allow_whitespace_or_tab_as_delimiter = 1',
    'format_csv_allow_single_quotes = 0',
  ]
  const wanted = columns.map(({ name }) => identifier(name)).join(', ')
  return `(SELECT ${wanted} FROM file(${file}, ${declare(positional)}) SETTINGS ${settings.join(', ')})`
}

function freeName(name: string, used: ReadonlySet<string>): string {
  return used.has(name) ? freeName(`${name} `, used) : name
}

/** The first sentence of an engine error, without its code and the echo of the statement. */
export function engineReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  // How the engine says that a text file ends before its first row.
  if (/Cannot read rows from the data|can't contain only partition columns/.test(message))
    return 'the file has no rows'
  const mixed = /Automatically defined type .* for column '(.*)' in row \d+ differs/s.exec(message)
  if (mixed !== null)
    return `the column "${mixed[1]}" holds nested values in some rows and other values in the rest`
  return message
    .replace(/^Code: \d+\. (DB::\w+: )?/, '')
    .split(/(?<=\.)\s|: \(in file|\(version /)[0]
    .slice(0, 500)
}
