import type { Store } from '../../store/engine/client.ts'
import { float, identifier, literal } from '../../store/engine/sql.ts'

/** What a file of the bench holds. */
export interface Shape {
  rows: number
  numeric: number
  categorical: number
}

/** A row group holds about so many values, whatever the width: the engine keeps one in memory while it writes. */
const VALUES_PER_ROW_GROUP = 20_000_000
const MAX_CATEGORIES = 200
/** Every fifth column of the current file has drifted. */
const DRIFTING = 5

export type Side = 'baseline' | 'current'

/**
 * Writes a Parquet file of numbers of several shapes (normal, log-normal, uniform, counts, a tenth missing) and categories
 * of up to 200 values.
 */
export async function writeFile(store: Store, path: string, shape: Shape, side: Side): Promise<void> {
  const { rows, numeric, categorical } = shape
  const columns = [
    ...Array.from({ length: numeric }, (_, i) => `${numberSql(i, side)} AS ${identifier(`n${i}`)}`),
    ...Array.from({ length: categorical }, (_, i) => `${categorySql(i, side)} AS ${identifier(`c${i}`)}`),
  ]
  const groupRows = Math.max(1000, Math.min(1_000_000, Math.floor(VALUES_PER_ROW_GROUP / columns.length)))
  const settings = [
    `output_format_parquet_row_group_size = ${groupRows}`,
    `max_block_size = ${Math.min(65_536, groupRows)}`,
    'max_insert_threads = 1',
    'output_format_parquet_parallel_encoding = 0',
    'engine_file_truncate_on_insert = 1',
  ]
  await store.rollup.command({
    query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet)
      SELECT ${columns.join(', ')} FROM numbers(${rows}) SETTINGS ${settings.join(', ')}`,
  })
}

function numberSql(column: number, side: Side): string {
  const shift = side === 'current' && column % DRIFTING === 0 ? 0.3 : 0
  // The last argument tells the draws of one column from those of another.
  switch (column % 5) {
    case 0:
      return `randNormal(${float(shift)}, 1, ${column})`
    case 1:
      return `randLogNormal(0, 0.5, ${column})`
    case 2:
      return `round(randUniform(0, 1000, ${column}), 2)`
    case 3:
      return `toInt32(randLogNormal(3, 1, ${column}))`
    default:
      return `if(rand(${column}) % 10 = 0, NULL, randNormal(0, 3, ${column}))`
  }
}

function categorySql(column: number, side: Side): string {
  const categories = [3, 10, 50, MAX_CATEGORIES][column % 4]
  const skew = side === 'current' && column % DRIFTING === 0 ? 1.5 : 2
  return `concat('value ', toString(toUInt32(pow(randUniform(0, 1, ${1e6 + column}), ${float(skew)}) * ${categories})))`
}
