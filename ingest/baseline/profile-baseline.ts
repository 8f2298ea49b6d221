import type { ClickHouseClient } from '@clickhouse/client'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import type { CategoricalSummary } from '../../store/profiles/column-queries.ts'
import type { BinnedColumn } from '../../store/profiles/profile-sql.ts'
import type { RowSource } from '../../store/profiles/row-source.ts'
import { slotSql } from '../../store/profiles/slot-sql.ts'
import type { Column } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { identifier } from '../../store/engine/sql.ts'
import { sum } from '../../domain/sum.ts'
import { categoricalBinning, categoriesOf, deriveNumeric } from './derive-binning.ts'
import { profileOfSummary } from './profile-of-summary.ts'
import { profileColumns } from './profile.ts'

/**
 * Derives the bins of columns from rows and counts the rows over them; in order. A few columns at a time: the numeric ones
 * share statements.
 * @param complete adds what else is known of a binning before it is counted over
 */
export async function profileBaseline(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly Column[],
  complete: (binning: ColumnBinning, column: Column) => ColumnBinning = (binning) => binning,
): Promise<BaselineColumn[]> {
  const numeric = columns.filter(({ kind }) => kind === 'numeric')
  const derived = await deriveNumeric(client, source, numeric.map((column) => column.source)) // prettier-ignore
  const found = new Map<Column, BaselineColumn>()
  const uncounted: { column: Column; binning: ColumnBinning }[] = []
  for (const [i, column] of numeric.entries()) {
    const { summary, binning: own } = derived[i]
    const binning = complete(own, column)
    const profile = binning.kind === 'numeric' ? profileOfSummary(binning, summary, source.rows) : undefined
    if (profile) found.set(column, { ...column, binning, profile })
    else uncounted.push({ column, binning })
  }
  const counted = await profileNumeric(client, source, uncounted.map(({ column, binning }) => ({ ...column, binning }))) // prettier-ignore
  for (const [i, { column, binning }] of uncounted.entries())
    found.set(column, { ...column, binning, profile: counted[i] })
  for (const column of columns.filter(({ kind }) => kind === 'categorical')) {
    const summary = await categoriesOf(client, source, column.source)
    const binning = complete(categoricalBinning(summary), column)
    found.set(column, { ...column, binning, profile: categoricalProfile(summary, source.rows) })
  }
  return columns.map((column) => found.get(column)!)
}

function categoricalProfile({ categories, present }: CategoricalSummary, all: number): ColumnProfile {
  const counts = categories.map(({ rows }) => rows)
  return { counts: [all - present, ...counts, present - sum(counts)], sums: [], squares: 0 }
}

/** Counts rows over bins that are known; one profile a column, in order. */
export async function profileWindow(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly BinnedColumn[],
): Promise<ColumnProfile[]> {
  const numeric = columns.filter(({ kind }) => kind === 'numeric')
  const profiles = await profileNumeric(client, source, numeric)
  const found = new Map(numeric.map((column, i) => [column, profiles[i]]))
  for (const column of columns.filter(({ kind }) => kind === 'categorical'))
    found.set(column, await countCategories(client, source, column))
  return columns.map((column) => found.get(column)!)
}

async function profileNumeric(
  client: ClickHouseClient,
  source: RowSource,
  columns: readonly BinnedColumn[],
): Promise<ColumnProfile[]> {
  const from = source.from(columns.map((column) => column.source))
  return profileColumns(client, from, columns)
}

async function countCategories(
  client: ClickHouseClient,
  rowsOf: RowSource,
  { source, binning }: BinnedColumn,
): Promise<ColumnProfile> {
  const found = await rows<{ slot: number; n: number }>(
    client,
    `SELECT ${slotSql(identifier('value'), binning)} AS slot, sum(rows) AS n FROM ${rowsOf.valuesOf(source)} GROUP BY slot`,
  )
  const counts = new Array<number>(slotCount(binning)).fill(0)
  for (const { slot, n } of found) counts[slot] = n
  return { counts, sums: [], squares: 0 }
}
