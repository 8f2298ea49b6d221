import { randomUUID } from 'node:crypto'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../../store/engine/query.ts'
import { identifier, literal } from '../../store/engine/sql.ts'
import type { FileFormat } from './file-format.ts'
import type { FileSource, OpenFile, TypedColumn } from './file-shape.ts'
import { withoutClaimedTypes } from './parquet/untyped-columns.ts'
import {
  dialectSettings,
  namedColumns,
  positionalNames,
  textStructure,
  unnamedPlaces,
} from './text-columns.ts'

/** Opens a file for the embedded engine, which reads it where it is. */
export async function linkFile(
  client: ClickHouseClient,
  source: FileSource,
  spool: string,
): Promise<OpenFile> {
  const { path, format, dialect } = source
  await mkdir(spool, { recursive: true, mode: 0o700 })
  // The engine expands wildcards in a file name, so it is only ever given a name of our own.
  const link = join(resolve(spool), `${randomUUID()}${format.extension}`)
  await symlink(resolve(path), link)
  const close = () => rm(link, { force: true })
  try {
    const file = `${literal(link)}, ${format.engineFormat}`
    const columns = dialect === undefined ? await describeLinked(client, format, link) : namedColumns(dialect)
    return {
      ...source,
      columns,
      unnamed: unnamedPlaces(dialect),
      read: readExpression(file, source, columns),
      position: undefined,
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

async function describeLinked(
  client: ClickHouseClient,
  { engineFormat, encoding }: FileFormat,
  link: string,
): Promise<TypedColumn[]> {
  const columns = await rows<TypedColumn>(client, `DESCRIBE TABLE file(${literal(link)}, ${engineFormat})`)
  return encoding === 'typed'
    ? withoutClaimedTypes(client, `file(${literal(link)}, ParquetMetadata)`, columns)
    : columns
}

function readExpression(
  file: string,
  { format, dialect }: FileSource,
  columns: readonly TypedColumn[],
): string {
  if (format.encoding === 'typed') return `file(${file})`
  const names = columns.map(({ name }) => name)
  if (dialect === undefined) return `file(${file}, ${literal(textStructure(names))})`
  const all = `file(${file}, ${literal(textStructure(positionalNames(dialect)))})`
  return `(SELECT ${names.map(identifier).join(', ')} FROM ${all} SETTINGS ${dialectSettings(dialect).join(', ')})`
}
