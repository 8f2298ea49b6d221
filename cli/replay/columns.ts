import { InvalidArgumentError } from 'commander'
import { didYouMean } from '../../domain/suggest.ts'
import { DEFAULT_COLUMNS, FIELDS, type Field, type FieldColumns } from '../../ingest/rows/fields.ts'
import { printable } from '../shared/text.ts'

/** How a column is stated on the command line. */
export const columnOption = (field: Field) => `--column ${field}=…`

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
