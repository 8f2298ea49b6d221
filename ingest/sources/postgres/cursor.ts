import pg from 'pg'

/** How old a change must be before it is read, and the time zone of times that name none. */
export interface Settling {
  settleMs: number
  timezone: string
}

/** How PostgreSQL orders rows by a column. */
export interface CursorType {
  /** As in SQL. */
  name: string
  /** The condition of values that have a place in the order. NaN and Infinity, above all others, would end the source. */
  isOrdered: (column: string) => string
  /** The condition of values that are old enough to be read; numbers do not tell when they were given. */
  isSettled: (column: string, settling: Settling) => string
}

const settledAt = ({ settleMs }: Settling) => `(now() - ${Math.trunc(settleMs)} * interval '1 millisecond')`
const wallClock = (settling: Settling) =>
  `(${settledAt(settling)} AT TIME ZONE ${pg.escapeLiteral(settling.timezone)})`

const integer = (name: string): CursorType => ({
  name,
  isOrdered: (column) => `${column} IS NOT NULL`,
  isSettled: () => 'true',
})
const time = (name: string, isSettled: CursorType['isSettled']): CursorType => ({
  name,
  isOrdered: (column) => `isfinite(${column})`,
  isSettled,
})

const { INT2, INT4, INT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ, DATE } = pg.types.builtins
const TYPES: Readonly<Record<number, CursorType>> = {
  [INT2]: integer('smallint'),
  [INT4]: integer('integer'),
  [INT8]: integer('bigint'),
  [NUMERIC]: {
    name: 'numeric',
    isOrdered: (column) => `${column}::text NOT IN ('NaN', 'Infinity', '-Infinity')`,
    isSettled: () => 'true',
  },
  [TIMESTAMP]: time('timestamp', (column, settling) => `${column} <= ${wallClock(settling)}`),
  [TIMESTAMPTZ]: time('timestamptz', (column, settling) => `${column} <= ${settledAt(settling)}`),
  // A day has all its rows once it is over.
  [DATE]: time('date', (column, settling) => `${column} < ${wallClock(settling)}::date`),
}

/** Undefined for a type that is neither a time nor a number; of floats the text may not be the number. */
export const cursorType = (oid: number): CursorType | undefined => TYPES[oid]

/** Rows whose cursor is above `after`, where there is one, and no more than `to`; as PostgreSQL writes the values. */
export interface Bounds {
  after: string | undefined
  to: string
}

const PATH = /^(?:after (.+) )?to (.+)\.ndjson$/

/** The path of a piece tells its bounds: `after 41 to 100041.ndjson`, of the first one `to 41.ndjson`. */
export const pathOf = ({ after, to }: Bounds) =>
  `${after === undefined ? '' : `after ${after} `}to ${to}.ndjson`

/** What {@link pathOf} was given; undefined for another path. */
export function boundsOf(path: string): Bounds | undefined {
  const [, after, to] = PATH.exec(path) ?? []
  return to === undefined ? undefined : { after, to }
}
