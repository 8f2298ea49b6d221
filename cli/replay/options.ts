import type { ColumnKind } from '../../store/model.ts'
import type { FieldColumns } from './fields.ts'

export interface ReplayOptions {
  /** Of all rows, whatever the file says. */
  model: string | undefined
  to: 'api' | 'kafka'
  /** In place of those of the settings. */
  topic: string | undefined
  labelsTopic: string | undefined
  columns: FieldColumns
  /** Kinds of columns that the file need not tell; of use where the destination does not know them. */
  kinds: ReadonlyMap<string, ColumnKind>
  /** IANA name of the zone of times that name none. */
  timeZone: string | undefined
  /** Rows a second. */
  rate: number | undefined
  restart: boolean
}
