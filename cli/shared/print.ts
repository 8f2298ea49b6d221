import { tableLines, type TableColumn } from '../compare/table.ts'
import { escapeControls, printable, wrap } from './text.ts'

/** Prints a line for people, whose parts are printable already. */
export const say = (line: string) => process.stdout.write(`${line}\n`)

/** Prints a value as JSON that no terminal obeys. */
export const sayJson = (value: unknown) => say(escapeControls(JSON.stringify(value, null, 2)))

/** Where no terminal says how wide it is. */
const WIDTH = 200

/** Sentences are not read well across a wide terminal. */
export const WIDEST = 110

/** Cells of a line on standard output. */
export const outputWidth = () => process.stdout.columns ?? WIDTH

/** A text of many words, as lines below the row of a table. */
export function linesBelow(text: string): string[] {
  return wrap(printable(text), Math.min(outputWidth(), WIDEST) - 2).map((line) => `  ${line}`)
}

interface TableDetails<Row> {
  /** Put on a padded cell. */
  style?: (cell: string, row: Row, column: TableColumn<Row>) => string
  /** Lines below a row. */
  below?: (row: Row) => readonly string[]
}

/** Prints a table that fits the terminal, without columns that can be dropped and are empty. */
export function sayTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  { style = (cell) => cell, below = () => [] }: TableDetails<Row> = {},
): void {
  const used = columns.filter(({ dropped, cell }) => dropped === undefined || rows.some((row) => cell(row) !== '')) // prettier-ignore
  const { title, lines } = tableLines(used, rows, outputWidth(), style)
  say(title)
  for (const [at, row] of rows.entries()) for (const line of [lines[at], ...below(row)]) say(line)
}

/** A time of an answer to the minute, as a column headed "UTC" shows it. */
export const minuteOf = (instant: string) => instant.replace('T', ' ').slice(0, 16)
