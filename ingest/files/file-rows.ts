import { identifier } from '../../store/engine/sql.ts'
import { bareType } from './file-kinds.ts'
import type { OpenFile, TypedColumn } from './open-file.ts'

/** A row's values in the order of the columns, as text. */
export type Cells = (string | null)[]

/** About so many values come at a time, so that wide rows come in smaller blocks. */
const VALUES_PER_BLOCK = 200_000
const MAX_ROWS = 5_000

/**
 * A statement that gives the rows of a file in its order, beginning after the first `from`, in small blocks. One
 * thread, and Parquet's row groups one after the other: the same row must have the same number each time. The file is
 * not mapped, so that what was read of it does not count as memory.
 */
export function rowsStatement(file: OpenFile, columns: readonly TypedColumn[], from: number): string {
  const block = Math.min(MAX_ROWS, Math.ceil(VALUES_PER_BLOCK / columns.length))
  const settings = [
    'max_threads = 1',
    'max_parsing_threads = 1',
    `max_block_size = ${block}`,
    `input_format_parquet_max_block_size = ${block}`,
    'input_format_parquet_preserve_order = 1',
    "storage_file_read_method = 'pread'",
  ]
  const values = columns.map(({ name, type }) => textExpression(identifier(name), type, file))
  return `SELECT ${values.join(', ')} FROM ${file.read} OFFSET ${Math.trunc(from)} SETTINGS ${settings.join(', ')}`
}

/**
 * A single-precision number as the double that it is to everyone who reads it as a number. An empty text is no value,
 * as everywhere in files.
 */
function textExpression(column: string, type: string, { format }: OpenFile): string {
  if (format.encoding !== 'typed') return `nullIf(${column}, '')`
  return /^(Float32|BFloat)/.test(bareType(type)) ? `toString(toFloat64(${column}))` : `nullIf(toString(${column}), '')` // prettier-ignore
}

/** The rows of a chunk of the statement's answer. */
export function parseRows(text: string): Cells[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Cells]))
}
