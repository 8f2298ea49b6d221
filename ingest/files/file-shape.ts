import type { Dialect } from './dialect.ts'
import type { FileFormat } from './file-format.ts'

export interface TypedColumn {
  name: string
  /** The engine's; of NDJSON what it infers from the first rows, of CSV and TSV always text. */
  type: string
}

/** A CSV, TSV, NDJSON or Parquet file. */
export interface FileSource {
  path: string
  format: FileFormat
  /** Of CSV and TSV. */
  dialect: Dialect | undefined
}

/** A file as the engine reads it. */
export interface OpenFile extends FileSource {
  columns: TypedColumn[]
  /** Places, from 1, of columns that have no name and so are not read. */
  unnamed: number[]
  /** A table expression of its rows. Columns of text formats are text, since inferred types may not hold for all. */
  read: string
  /** A column of `read`, quoted, that counts the rows from 0; undefined where they come in the order of the file anyway. */
  position: string | undefined
  close: () => Promise<void>
}

/** Settings of a statement that takes the rows of a file in their order, so that sums are the same each time. */
export const IN_ORDER = 'input_format_parquet_preserve_order = 1'

/**
 * Settings of a statement that reads a file in passing: what was read of a mapped file counts as memory of the process, and
 * the engine would read up to 4 GB ahead.
 */
export const IN_LITTLE_MEMORY =
  "storage_file_read_method = 'pread', input_format_parquet_memory_high_watermark = 100000000"

/** About so many values of a file are in memory at once, before they are collected into larger blocks. */
const VALUES_PER_BLOCK = 5_000_000
const MAX_BLOCK_ROWS = 65_536

/** Settings of an insert of so many columns of a file. */
export function copySettings(columns: number): string[] {
  const block = Math.min(MAX_BLOCK_ROWS, Math.ceil(VALUES_PER_BLOCK / (columns + 1)))
  return [
    'max_insert_threads = 1',
    // Each holds rows of its own: by default there are as many as cores.
    'max_parsing_threads = 4',
    'min_insert_block_size_bytes = 128000000',
    `max_insert_block_size = ${block}`,
    `max_block_size = ${block}`,
    `input_format_parquet_max_block_size = ${block}`,
    IN_ORDER,
    IN_LITTLE_MEMORY,
  ]
}
