import { text } from 'node:stream/consumers'
import type { Store } from '../../store/engine/client.ts'
import { identifier } from '../../store/engine/sql.ts'
import { numberSql, numericText } from '../columns/number-text.ts'
import { isSinglePrecision } from './file-kinds.ts'
import { textOfBytesSql, utf8Sql } from './utf8.ts'
import { IN_ORDER, IN_LITTLE_MEMORY, type OpenFile, type TypedColumn } from './file-shape.ts'

/** A row's values in the order of the columns, as text. */
export type Cells = (string | null)[]

/** About so many values come at a time, so that wide rows come in smaller blocks. */
const VALUES_PER_BLOCK = 200_000
const MAX_ROWS = 5_000

/**
 * The rows of a file in its order, beginning after the first `from`, in small blocks.
 * @param times columns of text with days or times, whose seconds since 1970 follow the other cells
 */
export async function* fileRows(
  store: Pick<Store, 'rollup' | 'stream'>,
  file: OpenFile,
  columns: readonly TypedColumn[],
  from: number,
  times: readonly TypedColumn[] = [],
): AsyncGenerator<Cells[]> {
  const block = Math.min(MAX_ROWS, Math.ceil(VALUES_PER_BLOCK / columns.length))
  const values = [
    ...columns.map(({ name, type }) => textExpression(identifier(name), type, file)),
    ...times.map(({ name }) => `toString(${numberSql(numericText(identifier(name)), 'time')})`),
  ]
  const select = `SELECT ${values.join(', ')} FROM ${file.read}`
  if (file.position === undefined) {
    for await (const chunk of store.stream!(streamed(select, from, block))) yield parseRows(chunk)
    return
  }
  // Block by block: an answer that is read as slowly as a replay may be sent would not last.
  for (let start = from, rows: Cells[]; ; start += rows.length) {
    const query = `${select} WHERE ${file.position} >= ${start} ORDER BY ${file.position} LIMIT ${block} FORMAT JSONCompactEachRow`
    rows = parseRows(await text((await store.rollup.exec({ query })).stream))
    if (rows.length === 0) return
    yield rows
  }
}

/**
 * One thread, and Parquet's row groups one after the other: the same row must have the same number each time.
 */
function streamed(select: string, from: number, block: number): string {
  const settings = [
    'max_threads = 1',
    'max_parsing_threads = 1',
    `max_block_size = ${block}`,
    `input_format_parquet_max_block_size = ${block}`,
    IN_ORDER,
    IN_LITTLE_MEMORY,
  ]
  return `${select} OFFSET ${Math.trunc(from)} SETTINGS ${settings.join(', ')}`
}

/**
 * A single-precision number as the double that it is to everyone who reads it as a number. An empty text is no value,
 * as everywhere in files.
 */
function textExpression(column: string, type: string, { format }: OpenFile): string {
  if (format.encoding !== 'typed') return `nullIf(${utf8Sql(column)}, '')`
  if (isSinglePrecision(type)) return `toString(toFloat64(${column}))`
  return `nullIf(${textOfBytesSql(`toString(${column})`)}, '')`
}

/** The rows of a chunk of the statement's answer. */
function parseRows(text: string): Cells[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Cells]))
}
