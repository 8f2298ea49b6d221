import { text } from 'node:stream/consumers'
import type { ClickHouseClient } from '@clickhouse/client'
import { reject } from '../decode/outcome.ts'
import { toJson } from '../decode/fields.ts'
import { MAX_LINE_BYTES } from '../intake/lines.ts'
import { parseJson, type RawRecord } from '../intake/raw-record.ts'
import type { Cell } from './cells.ts'
import { zonedTimes } from '../rows/timezone.ts'
import { TIMES, type Layout } from './layout.ts'

/** Characters that are kept of each text of a row that is too large. */
const KEPT_OF_TEXT = 2_000

export interface RecordOptions {
  /** Of times in text that name none. */
  timezone: string | undefined
}

/**
 * Rows of a staged body as the records that they would be in JSON, in ascending order.
 * @param long whether their texts are too long for a record, of which the beginning is kept
 */
export async function readRecords(
  client: ClickHouseClient,
  table: string,
  layout: Layout,
  rows: readonly number[],
  { timezone, long }: RecordOptions & { long: boolean },
): Promise<RawRecord[]> {
  const { cells } = layout
  const column = ({ sql, type }: Cell) => (long && type === 'Nullable(String)' ? `leftUTF8(${sql}, ${KEPT_OF_TEXT})` : sql) // prettier-ignore
  const query = `SELECT ${cells.map(column).join(', ')} FROM ${table} WHERE row IN (${rows.join(', ')}) ORDER BY row FORMAT JSONCompactEachRow`
  const lines = (await text((await client.exec({ query })).stream)).split('\n')
  const toRecord = recordOf(layout, { timezone })
  return lines
    .filter((line) => line !== '')
    .map((line): RawRecord => {
      const value = toRecord(parseJson(line) as unknown[], long)
      return long
        ? { rejection: reject('too_large', `a record is at most ${MAX_LINE_BYTES} bytes`), raw: toJson(value).slice(0, KEPT_OF_TEXT) } // prettier-ignore
        : { value }
    })
}

type Json = Record<string, unknown>

/** Compiles what makes the event of a row of cells. */
function recordOf(
  { kind, fields, scores, features, others, cells }: Layout,
  { timezone }: RecordOptions,
): (row: readonly unknown[], isCut: boolean) => Json {
  const zoned = timezone === undefined ? (value: unknown) => value : zonedTimes(timezone)
  const places = new Map(cells.map((cell, place) => [cell, place]))
  return (row, isCut) => {
    const read = (cell: Cell) => (isCut ? row[places.get(cell)!] : cellValue(cell, row[places.get(cell)!]))
    const entries: [string, unknown][] = []
    for (const [name, cell] of fields) {
      const value = read(cell)
      // Only of a label null is a word of its own.
      if (value !== null || name === 'label') entries.push([name, TIMES.has(name) ? zoned(value) : value])
    }
    const scored = scores.map(({ name, cell }) => [name, read(cell)] as const)
    if (scored.some(([, value]) => value !== null)) entries.push(['scores', Object.fromEntries(scored)])
    for (const cell of others) entries.push([cell.name, read(cell)])
    if (kind !== 'labels' && !others.some(({ name }) => name === 'features'))
      entries.push(['features', Object.fromEntries(features.map((cell) => [cell.name, read(cell)]))])
    // Not by assignment, which means something else to a key called `__proto__`.
    return Object.fromEntries(entries)
  }
}

/** Far beyond it there is no date. */
const MAX_DATE_MS = 8.64e15

function cellValue({ kind }: Cell, value: unknown): unknown {
  if (value === null) return null
  if (kind === 'nested' || kind === 'decimal') return parseJson(value as string)
  if (kind !== 'time') return value
  const digits = value as number | bigint
  const at = Number(digits)
  return Math.abs(at) <= MAX_DATE_MS ? new Date(at).toISOString() : String(digits)
}
