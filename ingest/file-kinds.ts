import type { ClickHouseClient } from '@clickhouse/client'
import type { ColumnKind } from '../store/model.ts'
import { rows } from '../store/query.ts'
import { identifier, literal } from '../store/sql.ts'
import type { OpenFile, TypedColumn } from './open-file.ts'

/** Kinds by name of the column; undefined where the file decides. */
export type KnownKinds = Pick<ReadonlyMap<string, ColumnKind>, 'get'>

/** What producers write for a missing number, lower case. */
export const MISSING_NUMBERS: readonly string[] = ['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '<na>', '\\n', '-'] // prettier-ignore

/** The engine's type without the wrappers that do not change what a value is. */
export function bareType(type: string): string {
  return type.replace(/^LowCardinality\(/, '').replace(/^Nullable\(/, '')
}

/** The kind that a type suggests; undefined for nested ones, which are neither numbers nor text. */
export function kindOfType(type: string): ColumnKind | undefined {
  const bare = bareType(type)
  if (/^(U?Int|Float|BFloat|Decimal|Date)/.test(bare)) return 'numeric'
  if (/^(String|FixedString|Bool|Enum|UUID|IPv|Nothing)/.test(bare)) return 'categorical'
  return undefined
}

/**
 * The kind of each column, none of which is nested. A text column is numeric when every value in it is a number,
 * without leading zeros, or a usual mark of a missing one; that takes a pass over the file.
 */
export async function columnKinds(
  client: ClickHouseClient,
  { read, format }: OpenFile,
  columns: readonly TypedColumn[],
  known: KnownKinds,
): Promise<ReadonlyMap<string, ColumnKind>> {
  const kinds = new Map(columns.map(({ name, type }) => [name, known.get(name) ?? kindOfType(type)!]))
  if (format.encoding === 'typed') return kinds
  const undecided = columns.filter(
    ({ name, type }) =>
      known.get(name) === undefined && (format.encoding === 'delimited' || kindOfType(type) === 'numeric'),
  )
  const names = undecided.map(({ name }) => name)
  const numeric = await numericTextColumns(client, read, names)
  for (const name of names) kinds.set(name, numeric.has(name) ? 'numeric' : 'categorical')
  return kinds
}

async function numericTextColumns(
  client: ClickHouseClient,
  read: string,
  names: string[],
): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const missing = MISSING_NUMBERS.map(literal).join(', ')
  const checks = names.map((name) => {
    const text = identifier(name)
    const present = `isNotNull(${text}) AND lower(trimBoth(${text})) NOT IN (${missing})`
    const number = `isNotNull(toFloat64OrNull(trimBoth(${text}))) AND NOT match(${text}, '^\\\\s*[+-]?0[0-9]')`
    return `[toUInt64(countIf(${present})), countIf(${present} AND NOT (${number}))]`
  })
  const found = await rows<{ checks: [number, number][] }>(
    client,
    `SELECT [${checks.join(', ')}] AS checks FROM ${read}`,
  )
  return new Set(names.filter((_, i) => found[0].checks[i][0] > 0 && found[0].checks[i][1] === 0))
}
