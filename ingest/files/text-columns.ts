import { identifier, literal } from '../../store/engine/sql.ts'
import type { Dialect } from './dialect.ts'
import type { TypedColumn } from './file-shape.ts'

/** Columns without a name, such as the index that pandas writes first, are not read. */
export const namedColumns = ({ names }: Dialect): TypedColumn[] =>
  names.filter((name) => name !== '').map((name) => ({ name, type: 'Nullable(String)' }))

/** Places, from 1, of columns without a name. */
export const unnamedPlaces = (dialect: Dialect | undefined): number[] =>
  (dialect?.names ?? []).flatMap((name, i) => (name === '' ? [i + 1] : []))

/** The columns of a file to the engine, all of them text. */
export const textStructure = (names: readonly string[]): string =>
  names.map((name) => `${identifier(name)} Nullable(String)`).join(', ')

/** A name for each column of the file, which the engine takes by their places. */
export function positionalNames({ names }: Dialect): string[] {
  const used = new Set(names)
  return names.map((name, i) => (name === '' ? freeName(`column ${i + 1}`, used) : name))
}

/** `name`, or one like it that is not used. */
export function freeName(name: string, used: ReadonlySet<string>): string {
  return used.has(name) ? freeName(`${name} `, used) : name
}

/** Has the engine read a file of this dialect. */
export function dialectSettings({ delimiter, headerLines }: Dialect): string[] {
  return [
    `format_csv_delimiter = ${literal(delimiter)}`,
    `input_format_csv_skip_first_lines = ${headerLines}`,
    'input_format_csv_skip_trailing_empty_lines = 1',
    'input_format_csv_trim_whitespaces = 0',
    'input_format_csv_allow_whitespace_or_tab_as_delimiter = 1',
    'format_csv_allow_single_quotes = 0',
  ]
}
