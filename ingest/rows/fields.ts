import { COLUMN_FIELDS } from '../../control/declared/sources/source.ts'
import { printable } from '../../domain/printable.ts'

/** What of an event a file can hold in a column; every other column is a feature. */
export const FIELDS = ['model', ...COLUMN_FIELDS] as const
export type Field = (typeof FIELDS)[number]

/** The column of each field; a field that is absent has none. */
export type FieldColumns = Readonly<Partial<Record<Field, string>>>

export const DEFAULT_COLUMNS: FieldColumns = Object.fromEntries(FIELDS.map((field) => [field, field]))

/** What a file is expected to hold. */
export interface Expected {
  columns: FieldColumns
  /** Whether its rows have to name their model. */
  needsModel: boolean
  /** Columns that it need not hold, since something else says what they would. */
  given?: readonly string[]
  /** How one states the column of a field, as in `--column id=…`. */
  stated: (field: Field) => string
}

/** What is wrong with a file whose columns, or the keys of whose first record, are these; undefined where nothing is. */
export function columnProblem(
  names: readonly string[],
  { columns, needsModel, given = [], stated }: Expected,
): string | undefined {
  const present = new Set([...names, ...given])
  const has = (field: Field) => columns[field] !== undefined && present.has(columns[field])
  if (!has('id'))
    return `no column holds the id that identifies a prediction and links it to its label: specify it with ${stated('id')}`
  const isLabels = has('label') && !has('prediction') && !has('score') && !present.has('features')
  if (!isLabels && !has('ts'))
    return `no column holds the time of the predictions: specify it with ${stated('ts')}`
  if (needsModel && !has('model'))
    return `no column names the model: specify it with --model, or its column with ${stated('model')}`
  return undefined
}

/** What is wrong with a table that lacks a column which was named on purpose; undefined where it has all of them. */
export function namingProblem(
  names: readonly string[],
  { columns, given = [], stated }: Pick<Expected, 'columns' | 'given' | 'stated'>,
): string | undefined {
  const lacking = FIELDS.find((field) => {
    const column = columns[field]
    return column !== undefined && column !== field && !names.includes(column) && !given.includes(column)
  })
  return lacking === undefined
    ? undefined
    : `there is no column "${printable(columns[lacking]!)}", as specified by ${stated(lacking)}`
}
