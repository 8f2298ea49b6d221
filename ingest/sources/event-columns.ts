import type { Model } from '../../control/declared/model.ts'
import { COLUMN_FIELDS, type ColumnField, type Source } from '../../control/declared/sources/source.ts'
import type { ListedFile } from '../../control/sources/ledger.ts'
import { identifier } from '../../store/engine/sql.ts'
import type { BodyColumn } from '../columnar/cells.ts'
import { EVENT_FIELDS } from '../columnar/layout.ts'
import type { RowKind } from './batch.ts'
import type { TypedColumn } from '../files/file-shape.ts'
import { constantReader } from './constants.ts'
import { zonedTimes } from '../rows/timezone.ts'

/** The columns of a file that make events of a kind. */
export interface EventColumns {
  kind: RowKind
  columns: BodyColumn[]
  /** Which rows are such events, as an expression over the file's columns; undefined for all. */
  only: string | undefined
}

interface FileOfSource {
  source: Pick<Source, 'columns' | 'constants' | 'ignore' | 'undated' | 'timezone' | 'label_delay'>
  model: Model
  file: Pick<ListedFile, 'constants' | 'modifiedAt'>
}

/** The column of each field, and columns that hold for all rows of a file; the file's own ones win. */
export function fieldColumns({ columns }: FileOfSource['source']): Record<ColumnField, string> {
  return Object.fromEntries(COLUMN_FIELDS.map((field) => [field, columns[field] ?? field])) as Record<
    ColumnField,
    string
  >
}

const LABEL_FIELDS: readonly string[] = ['label', 'labelled_at', 'prediction_ts', 'label_delay']

/**
 * Which events the rows of a file are: predictions, unless there is a label without a prediction or score beside it, and
 * labels where there is one. A label that says no time came when its file was last changed.
 */
export function eventColumns(
  given: readonly TypedColumn[],
  { source, model, file }: FileOfSource,
): EventColumns[] {
  const own = new Set(given.map(({ name }) => name))
  const fieldOf = new Map<string, string>(
    Object.entries(fieldColumns(source)).map(([field, name]) => [name, field]),
  )
  const ignored = new Set(source.ignore)
  const readConstant = constantReader(model, fieldColumns(source))
  const constants = Object.entries({ ...source.constants, ...file.constants }).filter(
    ([name]) => !own.has(name),
  )
  const all = [
    ...given.map(({ name, type }) => ({ name, from: name, type })),
    ...constants.map(([name, value]) => ({ name, ...constantOf(name, value) })),
  ]
    .filter(({ name }) => !ignored.has(name))
    .map((column): BodyColumn => {
      const field = fieldOf.get(column.name) ?? (LABEL_FIELDS.includes(column.name) || column.name === 'model' ? column.name : undefined) // prettier-ignore
      return field === undefined ? { ...column, isFeature: true } : { ...column, name: field }
    })
  const has = (field: string) => all.some(({ name, isFeature }) => name === field && isFeature !== true)
  const modified = { type: '', constant: { kind: 'time' as const, value: Math.round(file.modifiedAt) } }
  if (source.undated === 'modified' && !has('ts')) all.push({ name: 'ts', ...modified })
  const isPrediction = has('prediction') || has('score') || own.has('features') || !has('label')
  const predictions: EventColumns = {
    kind: 'predictions',
    columns: all.filter(({ name, isFeature }) => isFeature === true || !LABEL_FIELDS.includes(name)),
    only: undefined,
  }
  if (!has('label')) return [predictions]
  const labels = labelColumns(all, has)
  if (
    !has('labelled_at') &&
    source.label_delay === undefined &&
    !labels.some(({ name }) => name === 'label_delay')
  )
    labels.push({ name: 'labelled_at', ...modified })
  // Beside a prediction, no label only says that there is none yet.
  const from = all.find(({ name, isFeature }) => name === 'label' && isFeature !== true)?.from
  const only = isPrediction && from !== undefined ? `isNotNull(${identifier(from)})` : undefined
  return [...(isPrediction ? [predictions] : []), { kind: 'labels', columns: labels, only }]

  function constantOf(name: string, value: string | null): Pick<BodyColumn, 'type' | 'constant'> {
    if (fieldOf.get(name) === 'ts' && value !== null) {
      const at = Date.parse(zonedTimes(source.timezone)(value) as string)
      if (Number.isFinite(at)) return { type: '', constant: { kind: 'time', value: at } }
    }
    const read = readConstant(name, value)
    return typeof read === 'number' && Number.isFinite(read)
      ? { type: '', constant: { kind: 'float', value: read } }
      : { type: '', constant: { kind: 'text', value: typeof read === 'string' ? read : null } }
  }
}

/** The time of the prediction is that of the row, where it does not say another. */
function labelColumns(all: readonly BodyColumn[], has: (field: string) => boolean): BodyColumn[] {
  const fields: readonly string[] = EVENT_FIELDS.labels.fields
  return all.flatMap((column) => {
    if (column.isFeature === true) return []
    if (column.name === 'ts') return has('prediction_ts') ? [] : [{ ...column, name: 'prediction_ts' }]
    return fields.includes(column.name) ? [column] : []
  })
}
