import { tableLines, type TableColumn } from '../compare/table.ts'
import { escapeControls } from './text.ts'

/** Prints a line for people, whose parts are printable already. */
export const say = (line: string) => process.stdout.write(`${line}\n`)

/** Prints a value as JSON that no terminal obeys. */
export const sayJson = (value: unknown) => say(escapeControls(JSON.stringify(value, null, 2)))

/** Where no terminal says how wide it is. */
const WIDTH = 200

/** Cells of a line on standard output. */
export const outputWidth = () => process.stdout.columns ?? WIDTH

/** Prints a table that fits the terminal. `style` is put on a padded cell. */
export function sayTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  style: (cell: string, row: Row, column: TableColumn<Row>) => string = (cell) => cell,
): void {
  const { title, lines } = tableLines(columns, rows, outputWidth(), style)
  for (const line of [title, ...lines]) say(line)
}

/** A time of an answer to the minute, as a column headed "UTC" shows it. */
export const minuteOf = (instant: string) => instant.replace('T', ' ').slice(0, 16)
