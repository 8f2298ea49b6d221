import { InvalidArgumentError } from 'commander'
import { didYouMean } from '../../domain/suggest.ts'
import { printable } from '../shared/text.ts'

/** What of an event a file can hold in a column; every other column is a feature. */
export const FIELDS = ['model', 'id', 'ts', 'version', 'shadow', 'prediction', 'score', 'label', 'labelled_at'] as const // prettier-ignore
export type Field = (typeof FIELDS)[number]

/** The column of each field; a field that is absent has none. */
export type FieldColumns = Readonly<Partial<Record<Field, string>>>

export const DEFAULT_COLUMNS: FieldColumns = Object.fromEntries(FIELDS.map((field) => [field, field]))

/** Reads `field=column`; without a column after `=` the file has none for the field. */
export function collectColumn(text: string, columns: FieldColumns = DEFAULT_COLUMNS): FieldColumns {
  const cut = text.indexOf('=')
  const [name, column] = [text.slice(0, cut), text.slice(cut + 1)]
  const field = FIELDS.find((one) => one === name)
  if (cut < 1) throw new InvalidArgumentError('write it as field=column, such as id=request_id')
  if (field === undefined) {
    const meant = didYouMean(name, FIELDS)
    throw new InvalidArgumentError(
      `unknown field "${printable(name)}"${meant}. The fields are ${FIELDS.join(', ')}`,
    )
  }
  const { [field]: _, ...others } = columns
  return column === '' ? others : { ...others, [field]: column }
}

/** What a file is expected to hold. */
export interface Expected {
  columns: FieldColumns
  /** Whether its rows have to name their model. */
  needsModel: boolean
}

/** What is wrong with a file whose columns, or the keys of whose first record, are these; undefined where nothing is. */
export function columnProblem(
  names: readonly string[],
  { columns, needsModel }: Expected,
): string | undefined {
  const present = new Set(names)
  const has = (field: Field) => columns[field] !== undefined && present.has(columns[field])
  if (!has('id'))
    return 'no column holds the id that identifies a prediction and links it to its label: specify it with --column id=…'
  const isLabels = has('label') && !has('prediction') && !has('score') && !present.has('features')
  if (!isLabels && !has('ts'))
    return 'no column holds the time of the predictions: specify it with --column ts=…'
  if (needsModel && !has('model'))
    return 'no column names the model: specify it with --model, or its column with --column model=…'
  return undefined
}

/** What is wrong with a table that lacks a column which was named on purpose; undefined where it has all of them. */
export function namingProblem(names: readonly string[], columns: FieldColumns): string | undefined {
  const lacking = FIELDS.find((field) => {
    const column = columns[field]
    return column !== undefined && column !== field && !names.includes(column)
  })
  return lacking === undefined
    ? undefined
    : `there is no column "${printable(columns[lacking]!)}", as specified by --column for "${lacking}"`
}
