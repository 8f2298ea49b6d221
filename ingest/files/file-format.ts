import { basename } from 'node:path'

/** A tabular file that ClickHouse can read. `text` formats carry no types, or types that vary from row to row. */
export interface FileFormat {
  extension: string
  engineFormat: 'CSV' | 'JSONEachRow' | 'Parquet'
  encoding: 'delimited' | 'json' | 'typed'
}

const FORMATS: Record<string, Omit<FileFormat, 'extension'>> = {
  '.csv': { engineFormat: 'CSV', encoding: 'delimited' },
  '.tsv': { engineFormat: 'CSV', encoding: 'delimited' },
  '.ndjson': { engineFormat: 'JSONEachRow', encoding: 'json' },
  '.jsonl': { engineFormat: 'JSONEachRow', encoding: 'json' },
  '.parquet': { engineFormat: 'Parquet', encoding: 'typed' },
}

export const FILE_EXTENSIONS = Object.keys(FORMATS)

/** The format that a file's name tells, `.gz` after it allowed for text; undefined when it tells none. */
export function fileFormat(path: string): FileFormat | undefined {
  const match = /(\.[a-z]+)(\.gz)?$/.exec(basename(path).toLowerCase())
  const format = match === null ? undefined : FORMATS[match[1]]
  if (match === null || format === undefined) return undefined
  if (match[2] !== undefined && format.encoding === 'typed') return undefined
  return { ...format, extension: match[0] }
}
