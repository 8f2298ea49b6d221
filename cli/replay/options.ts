import type { ColumnKind } from '../../control/declared/model.ts'
import type { FieldColumns } from '../../ingest/rows/fields.ts'

/** How long after its prediction a label of the past is taken to have come, where nothing says so. */
export const DEFAULT_LABEL_DELAY = '24h'

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
  timezone: string | undefined
  /** How long after their predictions labels came that say no time; by default what the model's monitors say. */
  labelDelay: string | undefined
  /** Rows a second. */
  rate: number | undefined
  restart: boolean
}
