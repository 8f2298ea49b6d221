import pg from 'pg'
import { LocationError } from '../location.ts'
import { cursorType, type Bounds, type CursorType, type Settling } from './cursor.ts'
import type { Run } from './session.ts'

/** The query of a source, and its cursor, as PostgreSQL understands them. */
export interface Query {
  /** The rows, as a table expression. */
  rows: string
  /** The column of the cursor, quoted. */
  cursor: string
  type: CursorType
  /** What is read of a row, for a SELECT. */
  columns: string
}

const { FLOAT4, FLOAT8, NUMERIC } = pg.types.builtins

/** Asks PostgreSQL what a query gives. Throws {@link LocationError} where it has no usable cursor. */
export async function describeQuery(run: Run, query: string, cursor: string): Promise<Query> {
  const text = query.replace(/[;\s]+$/, '')
  if (text.includes(';'))
    throw new LocationError('the query holds a semicolon: write one SELECT, and a semicolon in a text as chr(59)') // prettier-ignore
  // It may end with a comment.
  const rows = `(${text}\n) AS batch`
  const { fields } = await run(`SELECT * FROM ${rows} LIMIT 0`)
  const names = fields.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined)
    throw new LocationError(`the query has two columns "${twice}": name one otherwise, with AS`)
  const field = fields.find(({ name }) => name === cursor)
  if (field === undefined)
    throw new LocationError(`the query has no column "${cursor}" for its cursor; it has ${names.join(', ')}`)
  const type = cursorType(field.dataTypeID)
  if (type === undefined)
    throw new LocationError(`the cursor "${cursor}" is neither a time nor a whole or decimal number: choose another column, or cast it in the query`) // prettier-ignore
  return { rows, cursor: pg.escapeIdentifier(cursor), type, columns: fields.map(columnOf).join(', ') }
}

/** JSON has no NaN and no Infinity. */
function columnOf({ name, dataTypeID }: { name: string; dataTypeID: number }): string {
  const column = pg.escapeIdentifier(name)
  const isFloating = ([FLOAT4, FLOAT8, NUMERIC] as number[]).includes(dataTypeID)
  if (!isFloating) return column
  return `CASE WHEN ${column}::text IN ('NaN', 'Infinity', '-Infinity') THEN NULL ELSE ${column} END AS ${column}`
}

/** Rows after the first parameter, which is null where all are meant. */
const isAfter = ({ cursor, type }: Pick<Query, 'cursor' | 'type'>) =>
  `${type.isOrdered(cursor)} AND ($1::text IS NULL OR ${cursor} > $1::text::${type.name})`

/** The cursor of the last of the next so many settled rows; undefined where there are none. */
export async function nextBound(
  run: Run,
  query: Query,
  after: string | undefined,
  { pieceRows, ...settling }: Settling & { pieceRows: number },
): Promise<string | undefined> {
  const { cursor, type, rows } = query
  const { rows: found } = await run(
    `SELECT max(${cursor})::text FROM (
       SELECT ${cursor} FROM ${rows}
       WHERE ${isAfter(query)} AND ${type.isSettled(cursor, settling)}
       ORDER BY ${cursor} LIMIT $2::bigint
     ) AS piece`,
    [after ?? null, pieceRows],
  )
  return found[0][0] ?? undefined
}

/** So many rows are in memory at a time. */
const ROWS_AT_ONCE = 5_000

/** The rows within bounds in their order, as lines of JSON, one part after another. */
export async function* linesWithin(
  run: Run,
  { cursor, type, rows, columns }: Query,
  { after, to }: Bounds,
): AsyncGenerator<string> {
  const isWithin = `${isAfter({ cursor, type })} AND ${cursor} <= $2::text::${type.name}`
  await run(
    `DECLARE piece NO SCROLL CURSOR FOR
     SELECT row_to_json(piece)::text FROM (SELECT ${columns} FROM ${rows} WHERE ${isWithin} ORDER BY ${cursor}) AS piece`,
    [after ?? null, to],
  )
  for (;;) {
    const { rows: fetched } = await run(`FETCH ${ROWS_AT_ONCE} FROM piece`)
    if (fetched.length === 0) return
    // A value of the type json comes as it was written, on several lines.
    yield fetched.map(([line]) => `${line!.replace(/[\r\n]/g, ' ')}\n`).join('')
  }
}

/** How many rows have no place in the order of the cursor. */
export async function countUnordered(run: Run, { cursor, type, rows }: Query): Promise<number> {
  const { rows: found } = await run(
    `SELECT count(*) FROM ${rows} WHERE (${type.isOrdered(cursor)}) IS NOT TRUE`,
  )
  return Number(found[0][0])
}
