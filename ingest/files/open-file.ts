import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Store } from '../../store/engine/client.ts'
import { StoreUnavailable } from '../../store/engine/errors.ts'
import { sniffDialect, type Dialect } from './dialect.ts'
import { delimitedFault, rewriteJson } from './file-faults.ts'
import { FILE_EXTENSIONS, fileFormat } from './file-format.ts'
import { fileHead } from './file-head.ts'
import type { FileSource, OpenFile } from './file-shape.ts'
import { linkFile } from './linked-file.ts'
import { sendFile } from './sent-file.ts'
import { UnreadableFile } from './unreadable-file.ts'
import { areUtf8, notUtf8, utf8Fault } from './utf8.ts'

/** Reads a file itself where it is embedded; a server is sent its rows. */
export type FileEngine = Pick<Store, 'rollup' | 'embedded'>

/**
 * Does `work` with a file that {@link fileProblem} finds nothing wrong with. NDJSON that holds what only Python writes
 * is read from a copy without that, for which `work` may be done twice. `work` closes the file unless it fails. Throws
 * {@link UnreadableFile}.
 */
export async function withOpenFile<T>(
  engine: FileEngine,
  path: string,
  spool: string,
  work: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const attempt = async (source: string): Promise<T> => {
    const file = await openFile(engine, source, spool)
    return work(file).catch(async (cause: unknown) => {
      await file.close()
      throw cause
    })
  }
  try {
    return await attempt(path)
  } catch (cause) {
    if (!isEngineFault(cause)) throw cause
    await mkdir(spool, { recursive: true, mode: 0o700 })
    const copy = join(resolve(spool), `${randomUUID()}.ndjson`)
    try {
      if (!(await rewrite(path, copy))) throw new UnreadableFile(await readFault(path, cause), { cause })
      return await attempt(copy).catch(async (second: unknown) => {
        throw isEngineFault(second) ? new UnreadableFile(await readFault(path, second), { cause: second }) : second // prettier-ignore
      })
    } finally {
      await rm(copy, { force: true })
    }
  }
}

/** What the engine's answer to a statement looks like, unlike a fault of ours. */
export function isEngineError(cause: unknown): cause is Error {
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof StoreUnavailable)
    return false
  return cause instanceof Error
}

const isEngineFault = (cause: unknown) => !(cause instanceof UnreadableFile) && isEngineError(cause)

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
export async function openFile(
  { rollup, embedded }: FileEngine,
  path: string,
  spool: string,
): Promise<OpenFile> {
  const source = await sourceOf(path)
  return embedded ? linkFile(rollup, source, spool) : sendFile(rollup, source)
}

async function sourceOf(path: string): Promise<FileSource> {
  const format = fileFormat(path)!
  return { path, format, dialect: format.encoding === 'delimited' ? await dialectOf(path) : undefined }
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
  if (!areUtf8(bytes, outcome.dialect.headerLines)) throw new UnreadableFile(notUtf8('the header'))
  return outcome.dialect
}

/** The first sentence of an engine error, without its code and the echo of the statement. */
export function engineReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  // How the engine says that a text file ends before its first row.
  if (/Cannot read rows from the data|can't contain only partition columns/.test(message))
    return 'the file has no rows'
  if (/Column name in Block cannot be empty/.test(message))
    return 'a column has no name, as an index may have: name it, or leave it out of the file'
  const otherEncoding = utf8Fault(message)
  if (otherEncoding !== undefined) return otherEncoding
  const mixed = /Automatically defined type .* for column '(.*)' in row \d+ differs/s.exec(message)
  if (mixed !== null)
    return `the column "${mixed[1]}" holds nested values in some rows and other values in the rest`
  return message
    .replace(/^Code: \d+\. (DB::\w+: )?/, '')
    .split(/(?<=\.)\s|: \(in file|\(version /)[0]
    .slice(0, 500)
}
