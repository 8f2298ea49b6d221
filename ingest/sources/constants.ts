import type { Model } from '../../control/declared/model.ts'
import { cellReader } from '../rows/cells.ts'
import { FIELDS, type FieldColumns } from '../rows/fields.ts'
import type { KindOf } from '../rows/table-rows.ts'

/** What the columns of a source's files hold, by the declaration of its model. */
export function kindOf({ task, features }: Model): KindOf {
  const kinds = new Map(features.map(({ name, kind }) => [name, kind]))
  const outcome = task === 'regression' ? 'numeric' : 'categorical'
  return (column, field) => (field === undefined ? (kinds.get(column) ?? 'categorical') : outcome)
}

/** How a value that holds for all rows of a file is read: as a cell of its column would be. */
export function constantReader(
  model: Model,
  columns: FieldColumns,
): (column: string, value: string | null) => unknown {
  const kind = kindOf(model)
  return (column, value) => {
    const field = FIELDS.find((one) => columns[one] === column)
    return cellReader(field, kind(column, field), false)(value)
  }
}
