import { identifier, literal } from '../../store/engine/sql.ts'
import { bareType, kindOfType } from '../files/file-kinds.ts'
import type { TypedColumn } from '../files/file-shape.ts'
import { textOfBytesSql } from '../files/utf8.ts'
import { localInstantSql } from './local-time-sql.ts'

/** What the cells of a staged column are. Times are milliseconds since 1970, decimals their digits, nested ones JSON. */
export type CellKind = 'integer' | 'float' | 'boolean' | 'text' | 'decimal' | 'time' | 'nested'

/** What a column is taken for; of a feature as it is declared. */
export type CellUse = 'time' | 'numeric' | 'other'

/** A column of a body, or one that is taken for such. */
export interface BodyColumn extends TypedColumn {
  /** What the body calls it, where that is another name. */
  from?: string
  /** Whether it is a feature, although it is called as a field of the event. */
  isFeature?: boolean
  /** Of a column that the body lacks: the value of all rows, as a staged cell has it. */
  constant?: { kind: 'time' | 'float' | 'text'; value: string | number | null }
}

/** A column of a body as it is staged. */
export interface Cell {
  /** In the body. */
  name: string
  kind: CellKind
  /** The staged column, quoted. */
  sql: string
  type: string
  /** An expression over the column of the body. */
  fromBody: string
}

/** Whether the column holds times that name no zone. */
export const isLocalTime = ({ type }: TypedColumn) => /^DateTime(64\(\d+\)|$|\))/.test(bareType(type))

const CONSTANT_TYPES = {
  time: 'Nullable(Int64)',
  float: 'Nullable(Float64)',
  text: 'Nullable(String)',
} as const

/**
 * @param place of the column among those of the body
 * @param timezone of times that name none
 */
export function cellOf(
  { name, type, from = name, constant }: BodyColumn,
  use: CellUse,
  place: number,
  timezone?: string,
): Cell {
  const cell = { name, sql: identifier(`c${place}`) }
  if (constant !== undefined) {
    const { kind, value } = constant
    const fromBody = value === null ? 'NULL' : typeof value === 'number' ? String(value) : literal(value)
    return { ...cell, kind, type: CONSTANT_TYPES[kind], fromBody }
  }
  const column = identifier(from)
  const bare = bareType(type)
  if (kindOfType(type) === undefined && !/^(Time|Interval)/.test(bare))
    return {
      ...cell,
      kind: 'nested',
      type: 'Nullable(String)',
      fromBody: `toValidUTF8(toJSONString(${column}))`,
    }
  if (use === 'time' && timezone !== undefined && /^Date(32)?\)?$/.test(bare))
    return { ...cell, kind: 'time', type: 'Nullable(Int64)', fromBody: localInstantSql(`toDateTime64(${column}, 3, 'UTC')`, timezone) } // prettier-ignore
  if (use === 'time' && timezone !== undefined && timezone !== 'UTC' && isLocalTime({ name, type })) {
    const wall = `toDateTime64(toTimeZone(${column}, 'UTC'), 3, 'UTC')`
    return { ...cell, kind: 'time', type: 'Nullable(Int64)', fromBody: localInstantSql(wall, timezone) }
  }
  if (/^DateTime/.test(bare) && use !== 'other') {
    const milliseconds = /^DateTime64/.test(bare)
      ? `toUnixTimestamp64Milli(toDateTime64(${column}, 3))`
      : `toInt64(toUnixTimestamp(${column})) * 1000`
    return use === 'time'
      ? { ...cell, kind: 'time', type: 'Nullable(Int64)', fromBody: milliseconds }
      : { ...cell, kind: 'float', type: 'Nullable(Float64)', fromBody: `${milliseconds} / 1000` }
  }
  if (/^Date/.test(bare) && use === 'numeric')
    return { ...cell, kind: 'integer', type: 'Nullable(Int64)', fromBody: `toInt64(toInt32(${column})) * 86400` } // prettier-ignore
  if (/^U?Int(8|16|32|64)\b/.test(bare))
    return { ...cell, kind: 'integer', type: /^UInt64/.test(bare) ? 'Nullable(UInt64)' : 'Nullable(Int64)', fromBody: column } // prettier-ignore
  if (/^(Float|BFloat)/.test(bare))
    return { ...cell, kind: 'float', type: 'Nullable(Float64)', fromBody: `toFloat64(${column})` }
  if (/^Bool/.test(bare)) return { ...cell, kind: 'boolean', type: 'Nullable(Bool)', fromBody: column }
  const text = { ...cell, type: 'Nullable(String)', fromBody: `toString(${column})` }
  if (/^(Decimal|U?Int)/.test(bare)) return { ...text, kind: 'decimal' }
  return { ...text, kind: 'text', fromBody: textOfBytesSql(text.fromBody) }
}
